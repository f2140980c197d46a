declare module 'virtual:formulas' {
  /** MathML by LaTeX source. */
  const drawn: Readonly<Record<string, string>>;
  export default drawn;
}

declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent;
  export default component;
}

import { h, type FunctionalComponent } from 'vue';
import formulas from 'virtual:formulas';

/** A formula of a method as MathML, drawn when the bundle was made: nothing here comes from a person or a file. */
const MathFormula: FunctionalComponent<{ tex: string }> = ({ tex }) =>
  h('span', { class: 'math', innerHTML: formulas[tex] ?? '' });
MathFormula.props = ['tex'];
export default MathFormula;

/** The few words that this server says itself, before the application with its own catalogues is let in. */
const words = {
  en: {
    title: 'Latent Workbench',
    locked: 'This address does not open the workbench',
    why: 'An address works once. Look at the terminal where the workbench runs: it prints a new one after each use and after each start.',
    again: 'Try again with what this browser already has',
    missing: 'There is nothing at this address',
    home: 'To the workbench',
    foreign: 'This request does not come from the workbench, so it was refused.',
  },
  de: {
    title: 'Latent Workbench',
    locked: 'Diese Adresse öffnet die Werkbank nicht',
    why: 'Eine Adresse gilt einmal. Im Terminal, in dem die Werkbank läuft, steht nach jedem Gebrauch und nach jedem Start eine neue.',
    again: 'Noch einmal mit dem, was dieser Browser schon hat',
    missing: 'Unter dieser Adresse liegt nichts',
    home: 'Zur Werkbank',
    foreign: 'Diese Anfrage kommt nicht aus der Werkbank und wurde abgelehnt.',
  },
} as const;

type Language = keyof typeof words;

export function languageOf(acceptLanguage: string | undefined): Language {
  const first = (acceptLanguage ?? '').trim().slice(0, 2).toLowerCase();
  return first in words ? (first as Language) : 'en';
}

export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

function page(language: Language, heading: string, text: string, link: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${words[language].title}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.4rem; line-height: 1.3 }
</style>
</head>
<body><main><h1>${heading}</h1>${text && `<p>${text}</p>`}<p><a href="/">${link}</a></p></main></body>
</html>
`;
}

export function lockedPage(language: Language): string {
  const w = words[language];
  return page(language, w.locked, w.why, w.again);
}

export function missingPage(language: Language): string {
  const w = words[language];
  return page(language, w.missing, '', w.home);
}

/** Plain text: whoever sent this request is not a person looking at a page of ours. */
export const foreignText = (language: Language) => `${words[language].foreign}\n`;

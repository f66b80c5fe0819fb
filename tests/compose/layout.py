"""What is wrong with how a mail is laid out, as a browser measures it: a script that lists the faults it finds.

Each fault is a few words: what sticks out, what is cut, which two texts lie on each other, which word is broken in two,
what is too small for a thumb, which words and which bars of a picture cannot be told from their background (WCAG 2.2,
success criteria 1.4.3 and 1.4.11).
"""

LONGEST_WORD = 10
"""Where a longer one stands, words may be broken; all others fit, however narrow the screen."""

FAULTS = (
    """() => {
  const faults = new Set(), width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.add('scrolls sideways');
  const hidden = node => node.parentElement.closest('.pre, style, title, script') || !node.parentElement.getClientRects().length;
  const short = text => text.trim().replace(/\\s+/g, ' ').slice(0, 40);
  const outer = element => {
    for (let one = element; ; one = one.parentElement)
      if (one === document.body || getComputedStyle(one).display !== 'inline') return one;
  };
  const boxes = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (!node.data.trim() || hidden(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      // What letters take of a line: a line's box is higher, and may well reach into the next one's.
      const slack = (bottom - top) / 4;
      boxes.push({ text: short(node.data), left, right, top: top + slack, bottom: bottom - slack });
      if (left < -1 || right > width + 1) faults.add(`cut by the screen: ${short(node.data)}`);
      for (let one = node.parentElement; one !== document.body; one = one.parentElement) {
        const around = one.getBoundingClientRect();
        const cuts = getComputedStyle(one).overflow !== 'visible' || one === outer(node.parentElement);
        if (cuts && (left < around.left - 1 || right > around.right + 1)) faults.add(`sticks out: ${short(node.data)}`);
        if (getComputedStyle(one).overflow !== 'visible' && (top < around.top - slack || bottom > around.bottom + slack))
          faults.add(`cut in height: ${short(node.data)}`);
      }
    }
    const words = [...node.data.matchAll(/[^\\s\\-\\/]+/g)];
    for (const { 0: word, index } of words.some(([word]) => word.length > LONGEST) ? [] : words) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) faults.add(`broken: ${word}`);
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  boxes.forEach((a, place) => {
    for (let other = place + 1; other < boxes.length && boxes[other].top < a.bottom - 1; other++) {
      const b = boxes[other];
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1) faults.add(`on each other: ${a.text} / ${b.text}`);
    }
  });
  for (const link of document.querySelectorAll('a')) {
    const { width, height } = link.getBoundingClientRect();
    if (Math.min(width, height) < 44) faults.add(`small: ${short(link.textContent)} ${width} ${height}`);
  }
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const parsed = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parsed(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (one, other) => (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
  for (const bar of document.querySelectorAll('.bar, .now')) {
    const ratio = contrast(light(behind(bar)), light(behind(bar.parentElement)));
    if (ratio < 3) faults.add(`pale: a bar ${ratio.toFixed(2)}`);
  }
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim().length > 0);
    if (!own || element.closest('.pre') || !element.offsetParent) continue;
    const ratio = contrast(light(parsed(getComputedStyle(element).color)), light(behind(element)));
    if (ratio < 4.5) faults.add(`faint: ${short(element.textContent)} ${ratio.toFixed(2)}`);
  }
  return [...faults];
}"""
).replace("LONGEST", str(LONGEST_WORD))

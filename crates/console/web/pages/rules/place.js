// Where in a JSON text a pointer leads, for errors at their line.

/** The line, from 1, of the value at a JSON pointer; `null` where it does not lead anywhere. */
export function lineOf(text, pointer) {
  const wanted = (pointer || "").split("/").slice(1).map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
  // The server names the place in the configuration, where the list is the member `policy`.
  const begin = text.search(/\S/);
  const parts = text[begin] === "[" && wanted[0] === "policy" ? wanted.slice(1) : wanted;
  for (let length = parts.length; length >= 0; length -= 1) {
    const at = find(text, parts.slice(0, length));
    if (at !== null) return text.slice(0, at).split("\n").length;
  }
  return null;
}

function find(text, parts) {
  let at = 0;
  let depth = 0;
  const skip = () => { while (at < text.length && /[\s,:]/.test(text[at])) at += 1; };
  const string = () => {
    const begin = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at += 1;
    try {
      return JSON.parse(text.slice(begin, at));
    } catch {
      return "";
    }
  };
  const whole = () => {
    if (text[at] === '"') return string();
    if (text[at] === "{" || text[at] === "[") {
      let open = 0;
      do {
        if (text[at] === '"') { string(); continue; }
        if (text[at] === "{" || text[at] === "[") open += 1;
        if (text[at] === "}" || text[at] === "]") open -= 1;
        at += 1;
      } while (open > 0 && at < text.length);
      return null;
    }
    while (at < text.length && !/[,\]}\s]/.test(text[at])) at += 1;
    return null;
  };
  for (skip(); depth < parts.length; depth += 1) {
    const isObject = text[at] === "{";
    if (!isObject && text[at] !== "[") return null;
    at += 1;
    let found = false;
    for (let index = 0; !found; index += 1) {
      skip();
      if (at >= text.length || text[at] === "}" || text[at] === "]") return null;
      const name = isObject ? string() : String(index);
      skip();
      if (name === parts[depth]) found = true;
      else whole();
    }
  }
  return at;
}

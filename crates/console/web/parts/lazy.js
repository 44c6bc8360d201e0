// Parts of pages that are loaded when they are first shown: dialogs, mostly.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { announce } from "./toast.js";
import { problemText } from "./load.js";

/** A component of a module that is loaded when the component is first shown. */
export function lazy(load, name = "default") {
  let module = null;
  return function Lazy(props) {
    const [loaded, setLoaded] = useState(module);
    useEffect(() => {
      if (module) return;
      load().then(
        (found) => { module = found; setLoaded(found); },
        () => { announce(problemText({ code: "offline" }), { tone: "bad" }); if (props.onClose) props.onClose(); },
      );
    }, []);
    return loaded ? html`<${loaded[name]} ...${props} />` : null;
  };
}

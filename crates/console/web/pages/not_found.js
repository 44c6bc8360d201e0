// An address that is no page.

import { html } from "htm/preact";
import { to } from "../router.js";
import { t } from "../i18n.js";
import { PageHead } from "../parts/page.js";
import { Empty } from "../parts/load.js";

export default function NotFound() {
  return html`<div class="page">
    <${PageHead} title=${t("not_found.title")} />
    <${Empty} icon="search" title=${t("not_found.what")} text=${t("not_found.text")}><a class="button primary" href=${to("/refunds")}>${t("do.to_inbox")}</a><//>
  </div>`;
}

// A list as a file, for spreadsheets and programs.

import { html } from "htm/preact";
import { address } from "../api.js";
import { may } from "../session.js";
import { t } from "../i18n.js";
import { Menu } from "./menu.js";

/** `kind`: the export's name in the API. */
export const Export = ({ kind, query = {} }) =>
  may("export")
    ? html`<${Menu} label=${t("export.label")} text=${t("export.button")} items=${["csv", "excel", "ndjson"].map((format) => ({
        label: t(`export.${format}`),
        icon: "save",
        href: address(`/exports/${kind}`, { ...query, format }),
        download: true,
      }))} />`
    : null;

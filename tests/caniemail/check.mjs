// What do mail clients not support of the HTML files that are named? Prints {feature: [client, …]} as JSON.
// Where nobody has tried a feature in a client, the client's other systems speak for it, and else it is not accused.
import { readFileSync } from "node:fs";
import { caniemail, rawData } from "caniemail";

const CLIENTS = {
  gmail: ["android", "desktop-webmail", "ios", "mobile-webmail"],
  outlook: ["android", "ios", "macos", "outlook-com", "windows", "windows-mail"],
  "apple-mail": ["ios", "macos"],
  yahoo: ["android", "desktop-webmail", "ios"],
  "samsung-email": ["android"],
  thunderbird: ["macos", "windows"],
  protonmail: ["android", "desktop-webmail", "ios"],
  fastmail: ["desktop-webmail"],
};

for (const { stats } of rawData.data) {
  for (const [client, systems] of Object.entries(CLIENTS)) {
    const known = (stats[client] ??= {});
    const other = Object.values(known)[0];
    for (const system of systems) known[system] ??= other ?? { untried: "y" };
  }
}

const clients = Object.entries(CLIENTS).flatMap(([client, systems]) => systems.map((system) => `${client}.${system}`));
const found = {};
for (const file of process.argv.slice(2)) {
  const { issues } = caniemail({ clients, html: readFileSync(file, "utf8") });
  for (const [client, errors] of issues.errors) {
    for (const { title } of errors) (found[title] ??= new Set()).add(client);
  }
}
console.log(JSON.stringify(found, (_, value) => (value instanceof Set ? [...value].sort() : value)));

// Prints the types of TypeScript for the forms of `hardline::embed`, from their JSON Schema:
//
//   node types.mjs ../../hardline/embed.schema.json > forms.d.ts

import { readFileSync } from "node:fs";

const schema = JSON.parse(readFileSync(process.argv[2], "utf8"));

function main() {
  const lines = ["// Made of embed.schema.json by js/types.mjs.", ""];
  for (const [name, form] of Object.entries(schema.$defs)) {
    lines.push(`export type ${name} = ${type(form, "")};`, "");
  }
  lines.push("/** The flows by their names: what they take, tell, are told and bring. */", "export interface Flows {");
  for (const [name, flow] of Object.entries(schema.flows)) {
    lines.push(`  ${name}: {`);
    for (const part of ["arguments", "event", "reply", "done"]) {
      lines.push(`    ${part}: ${part in flow ? type(flow[part], "    ") : "never"};`);
    }
    lines.push("  };");
  }
  console.log(lines.concat("}").join("\n"));
}

/** The type that a schema stands for. What is not known here is an error: a type that is too wide would go unnoticed. */
function type(form, indent) {
  if ("$ref" in form) return form.$ref.replace("#/$defs/", "");
  if ("const" in form) return JSON.stringify(form.const);
  if ("oneOf" in form) return form.oneOf.map((one) => type(one, indent)).join(" | ");
  switch (form.type) {
    case "string":
      // Any text, and an editor offers these.
      return "examples" in form ? [...form.examples.map((one) => JSON.stringify(one)), "(string & {})"].join(" | ") : "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return `(${type(form.items, indent)})[]`;
    case "object":
      return object(form, indent);
    case undefined:
      if (Object.keys(form).length === 0) return "any";
  }
  throw new Error(`no type is known for ${JSON.stringify(form)}`);
}

function object(form, indent) {
  const inner = `${indent}  `;
  const required = new Set(form.required);
  const members = Object.entries(form.properties ?? {}).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${type(member, inner)};`,
  );
  if (members.length > 0) return ["{", ...members, `${indent}}`].join("\n");
  if (typeof form.additionalProperties === "object") return `Record<string, ${type(form.additionalProperties, indent)}>`;
  return form.properties ? "Record<string, never>" : "Record<string, any>";
}

main();

// Formats manifests; loaded when it is first used.

import { parseAllDocuments } from "yaml";

/** Dates are texts in manifests, and stay as they are. */
const withoutDates = (tags) => tags.filter((tag) => tag.tag !== "tag:yaml.org,2002:timestamp");

/**
 * Indents by two spaces, and keeps comments, quotes and the order of keys.
 *
 * @param {string} text
 * @returns {string | undefined}  `undefined` if the text cannot be parsed
 */
export function format(text) {
  // Version 1.1 as Kubernetes reads it: `yes` is a boolean, and 0644 is octal.
  const documents = parseAllDocuments(text, { version: "1.1", customTags: withoutDates });
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  // Comments alone are no document.
  if (documents.length === 0) return text;
  const options = { indent: 2, lineWidth: 0, directives: false, flowCollectionPadding: false };
  return documents.map((document) => document.toString(options)).join("---\n");
}

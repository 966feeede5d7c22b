/**
 * Lower case of A to Z alone: "Ada@Brook.example" -> "ada@brook.example". What Postgres's lower() gives under the "C"
 * collation, so that both sides find the same addresses equal; Unicode's rules differ between the two.
 */
export function asciiLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A style sheet, minified at build time, as text for a constructable sheet: no <style>, no inline style, any CSP. */
declare module "*.css" {
  const text: string;
  export default text;
}

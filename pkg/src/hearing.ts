/** Sounds of the widget's own: fetched when somebody first scrubs or has something sonified. */
export { Hearing } from "./hearing/hearing.js";

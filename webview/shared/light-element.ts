import { LitElement } from 'lit';

/** A component that lives in the page's own tree, so that one style sheet, labels and headings reach across all of them. */
export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

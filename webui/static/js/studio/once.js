// Renders again only when one of the things it rests on is another one than before.
import { noChange } from "lit-html";
import { Directive, directive } from "lit-html/directive";

class Once extends Directive {
  render(_held, draw) {
    return draw();
  }

  update(_part, [held, draw]) {
    if (this.held && held.every((each, place) => each === this.held[place])) return noChange;
    this.held = held;
    return draw();
  }
}

export const once = directive(Once);

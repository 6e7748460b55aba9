// Stacks deployed by earlier versions have this path in their state, and use it when they delete.
import "../../driver/main.ts";

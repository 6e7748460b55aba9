// Stacks deployed by earlier versions have this path in their state and run it when they delete resources.
import "../../driver/main.ts";

// What a bundler's user writes.
import { open } from "timeside";
import "timeside/player";
import { report } from "./report.js";

report(open);

// The leader of all tabs, in browsers with shared workers.

import {lead} from './shared.js';

await lead();
close(); // a tab has taken its place; the next tab that opens starts another worker

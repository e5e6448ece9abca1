// The leader of all tabs, in browsers that have shared workers.

import {lead} from './shared.js';

lead();

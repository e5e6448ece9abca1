package dev.freshet.store;

import java.io.IOException;

/** What has been written to, and can be forced to the disk. */
interface Forceable {
    /** Forces what was written to the disk. */
    void sync() throws IOException;
}

package dev.freshet.examples;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * A place in a file that grows, whose text is the id of an event. A file that was emptied, or is another, has other
 * first bytes.
 *
 * @param checksum of the first bytes of the file, up to the offset at most
 */
record LogPlace(long offset, long checksum) {
    static final LogPlace BEGINNING = new LogPlace(0, 0);

    /** Returns a place in a file with these first bytes, those in front of the position of the buffer. */
    static LogPlace of(long offset, ByteBuffer first) {
        CRC32 checksum = new CRC32();
        checksum.update(first.duplicate().flip().limit((int) Math.min(offset, first.position())));
        return new LogPlace(offset, checksum.getValue());
    }

    /** Reads a place from its text. */
    static LogPlace parse(String id) {
        if (!id.matches("[0-9]{1,18}\\.[0-9a-f]{1,8}")) {
            throw new IllegalArgumentException("last event id: malformed (expected: a place in the file)");
        }
        int dot = id.indexOf('.');
        return new LogPlace(Long.parseLong(id.substring(0, dot)), Long.parseLong(id.substring(dot + 1), 16));
    }

    @Override
    public String toString() {
        return offset + "." + Long.toHexString(checksum);
    }
}

package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place in a file that grows. Each line is an event whose id is the place behind it. A reader that is too
 * far behind the end skips lines, and is told how many bytes. For one thread.
 */
final class GrowingFile implements AutoCloseable {
    /** The longest line in bytes, with its end; one that is longer is divided. */
    static final int LONGEST = 16 << 10;

    private final FileChannel file;
    private final long mostBehind;
    private final ByteBuffer first = ByteBuffer.allocate(1 << 10); // the first bytes of the file
    private final ByteBuffer read = ByteBuffer.allocate(LONGEST).limit(0);
    private long offset; // of the first byte in read
    private LogPlace last; // that was given

    /** Opens a file behind a place. Who is more than {@code mostBehind} bytes behind its end skips lines. */
    GrowingFile(Path path, LogPlace after, long mostBehind) throws IOException {
        this.file = FileChannel.open(path);
        this.offset = after.offset();
        this.last = after;
        this.mostBehind = mostBehind;
    }

    /** Returns the next event, or null if the file has no further line yet. */
    @Nullable
    SseEvent next() throws IOException {
        if (length() == 0) {
            fill();
        }
        file.read(first.clear(), 0); // after the lines: if the first bytes are as before, these are of the same file
        long size = file.size();
        if (size < offset + read.remaining() || !LogPlace.of(offset, first).equals(last)) {
            return leap("emptied", 0);
        }
        if (size - offset > mostBehind) {
            return leap("skipped", size - mostBehind / 2);
        }
        int length = length();
        return length == 0 ? null : event("line", take(length).replaceFirst("\r?\n$", ""));
    }

    /** Goes on at the beginning, or behind the line in which an offset is. */
    private SseEvent leap(String type, long to) throws IOException {
        long before = offset;
        offset = to;
        read.limit(read.position());
        if (to > 0) {
            fill();
            take(length());
            file.read(first.clear(), 0); // there may be more of them now
        }
        return event(type, Long.toString(Math.abs(offset - before)));
    }

    private void fill() throws IOException {
        file.read(read.clear(), offset);
        read.flip();
    }

    /** Returns the length of the line that was read, or of a part, with its end; 0 if the end is not there. */
    private int length() {
        for (int i = read.position(); i < read.limit(); i++) {
            if (read.get(i) == '\n') {
                return i + 1 - read.position();
            }
        }
        int end = read.remaining() < LONGEST ? 0 : LONGEST - 1; // in front of a byte: not between CR and LF
        while (end > LONGEST - 4 && (read.get(end) & 0xC0) == 0x80) {
            end--; // not in a character
        }
        return end;
    }

    private String take(int length) {
        byte[] bytes = new byte[length];
        read.get(bytes);
        offset += length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private SseEvent event(String type, String data) {
        last = LogPlace.of(offset, first);
        return SseEvent.builder().id(last.toString()).type(type).data(data).build();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

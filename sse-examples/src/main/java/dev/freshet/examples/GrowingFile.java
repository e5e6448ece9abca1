package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place in a file that grows. Each line is an event whose id is the offset behind it. A reader that is too
 * far behind the end skips lines, and is told how many bytes. For one thread.
 */
final class GrowingFile implements AutoCloseable {
    /** The longest line in bytes; one that is longer is divided. */
    static final int LONGEST = 16 << 10;

    private final FileChannel file;
    private final long mostBehind;
    private final ByteBuffer read = ByteBuffer.allocate(LONGEST).limit(0);
    private long offset; // of the first byte in read

    /** Opens a file for a reader at an offset, who may be so many bytes behind the end. */
    GrowingFile(Path path, long offset, long mostBehind) throws IOException {
        this.file = FileChannel.open(path);
        this.offset = offset;
        this.mostBehind = mostBehind;
    }

    /** Returns the next event, or null if the file has no further line yet. */
    @Nullable
    SseEvent next() throws IOException {
        long size = file.size();
        if (size < offset) {
            return leap("emptied", 0);
        }
        if (size - offset > mostBehind) {
            return leap("skipped", size - mostBehind / 2);
        }
        if (length() == 0) {
            fill(read.compact());
        }
        int length = length();
        return length == 0 ? null : event("line", take(length).replaceFirst("\r?\n$", ""));
    }

    /** Goes on at an offset, or if that is in a line, behind the line. */
    private SseEvent leap(String type, long to) throws IOException {
        long before = offset;
        offset = to;
        fill(read.clear());
        take(to == 0 ? 0 : length());
        return event(type, Long.toString(Math.abs(offset - before)));
    }

    private void fill(ByteBuffer rest) throws IOException {
        file.read(rest, offset + rest.position());
        rest.flip();
    }

    /** Returns the length of the line that was read, with its end; 0 if the end is not there. */
    private int length() {
        for (int i = read.position(); i < read.limit(); i++) {
            if (read.get(i) == '\n') {
                return i + 1 - read.position();
            }
        }
        return read.remaining() == LONGEST ? LONGEST : 0;
    }

    private String take(int length) {
        byte[] bytes = new byte[length];
        read.get(bytes);
        offset += length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private SseEvent event(String type, String data) {
        return SseEvent.builder()
                .id(Long.toString(offset))
                .type(type)
                .data(data)
                .build();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

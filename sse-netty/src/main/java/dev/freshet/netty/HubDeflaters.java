package dev.freshet.netty;

import dev.freshet.log.TopicLog;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The compressors of one event loop: one for lines that refer to nothing, and at most {@value #MOST} for the {@link
 * HubSharedDeflate}s of the loop, because each takes 256 KiB of native memory. While all are in use, the streams of
 * further topics write blocks that refer to nothing. The memory is released when the loop's last compressed stream
 * leaves. Confined to the loop.
 */
final class HubDeflaters {
    static final int MOST = 32;

    private static final int LEVEL = 6;
    private static final int KEPT_BYTES = 256 << 10;
    private static final byte[] NOTHING = {};

    private final EventLoop eventLoop;
    private final Map<Set<TopicLog>, HubSharedDeflate> streams = new HashMap<>();
    private final List<HubSharedDeflate> users = new ArrayList<>();
    private final ArrayDeque<Deflater> free = new ArrayDeque<>();
    private @Nullable Deflater alone;
    private byte[] out = NOTHING;
    private long lines;

    HubDeflaters(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /** Returns the number of bytes that were compressed. */
    long lines() {
        return lines;
    }

    /** Returns the shared stream of these topics, in whichever order, with one member more. */
    HubSharedDeflate join(List<TopicLog> logs) {
        assert eventLoop.inEventLoop();
        HubSharedDeflate stream = streams.computeIfAbsent(Set.copyOf(logs), all -> new HubSharedDeflate(this, all));
        stream.members++;
        return stream;
    }

    /** Removes a member. */
    void leave(HubSharedDeflate stream) {
        assert eventLoop.inEventLoop();
        if (--stream.members == 0) {
            streams.remove(stream.logs());
            release(stream);
        }
        if (streams.isEmpty()) {
            free.forEach(Deflater::end);
            free.clear();
            if (alone != null) {
                alone.end();
                alone = null;
            }
            out = NOTHING;
        }
    }

    /** Releases what silent streams hold. */
    void tick(long now) {
        assert eventLoop.inEventLoop();
        for (int i = users.size() - 1; i >= 0; i--) {
            if (users.get(i).isSilent(now)) {
                release(users.get(i));
            }
        }
    }

    private void release(HubSharedDeflate stream) {
        Deflater deflater = stream.release();
        if (deflater != null) {
            users.remove(stream);
            free.add(deflater);
        }
    }

    /** Returns a compressor for the stream until it releases it, or null if too many are in use. */
    @Nullable
    Deflater take(HubSharedDeflate stream, long now) {
        assert eventLoop.inEventLoop();
        if (users.size() == MOST) {
            tick(now);
        }
        if (users.size() == MOST) {
            return null;
        }
        Deflater taken = free.isEmpty() ? new Deflater(LEVEL, true) : free.remove();
        users.add(stream);
        return taken;
    }

    /** Returns the lines as blocks that refer to nothing before them, compressed once. */
    HubGzipBlock independent(HubCopy copy) {
        assert eventLoop.inEventLoop();
        HubGzipBlock made = copy.independent;
        if (made == null) {
            if (alone == null) {
                alone = new Deflater(LEVEL, true);
            }
            alone.reset();
            made = deflate(alone, copy);
            copy.independent = made;
        }
        return made;
    }

    /** Returns the lines as blocks that refer to what was compressed before, and end on a byte. */
    HubGzipBlock deflate(Deflater deflater, HubCopy copy) {
        assert eventLoop.inEventLoop();
        int length = copy.lines().remaining();
        lines += length;
        if (out.length < length + length / 1000 + 64) {
            out = new byte[length + length / 1000 + 64];
        }
        deflater.setInput(copy.lines().duplicate());
        try {
            int deflated = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            while (deflated == out.length) {
                out = Arrays.copyOf(out, 2 * deflated);
                deflated += deflater.deflate(out, deflated, out.length - deflated, Deflater.SYNC_FLUSH);
            }
            return HubGzipBlock.of(Arrays.copyOf(out, deflated), copy.lines());
        } finally {
            deflater.setInput(NOTHING); // it would hold the lines' memory
            out = out.length > KEPT_BYTES ? NOTHING : out;
        }
    }
}

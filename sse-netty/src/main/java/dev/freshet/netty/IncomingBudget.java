package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that the requests of one {@link SseHandler} may hold until they are answered. Each event loop has an equal share
 * of the whole, and judges by it alone. Where a share is full, the requests that are incomplete for longest are refused, for
 * an honest one is incomplete for moments. Complete ones that wait for their answers take three quarters of it at the most, and
 * are refused none once they are taken. Thread-safe; what it hands out is confined to the event loop that asked.
 */
final class IncomingBudget {
    /** What a request, and a header field, take of the heap beside their text. */
    private static final int REQUEST_BYTES = 512;

    static final int FIELD_BYTES = 128;
    /** What the child channel of an HTTP/2 stream takes, with its handlers. */
    static final int CHANNEL_BYTES = 4096;
    /** What a part of a body takes beside its bytes, while it waits to be read. */
    static final int PART_BYTES = 128;

    /** Each handler's of one connection. */
    private static final AttributeKey<Map<IncomingBudget, IncomingConnectionBudget>> CONNECTIONS =
            AttributeKey.valueOf(IncomingBudget.class, "connections");

    private final long bytes;
    private final int perConnection;
    private final int expectedLoops;
    private final AtomicInteger loops = new AtomicInteger();

    private final FastThreadLocal<Share> shares = new FastThreadLocal<>() {
        @Override
        protected Share initialValue() {
            loops.incrementAndGet();
            return new Share();
        }

        @Override
        protected void onRemoval(Share share) {
            loops.decrementAndGet();
        }
    };

    /** @param expectedLoops among how many event loops the whole is divided at least */
    IncomingBudget(Limits limits, int expectedLoops) {
        this.bytes = limits.incompleteBytes();
        this.perConnection = limits.incompleteBytesPerConnection();
        this.expectedLoops = expectedLoops;
    }

    /** For one connection of this event loop. */
    IncomingConnectionBudget connection() {
        return new IncomingConnectionBudget(shares.get(), perConnection);
    }

    /** For the connection that the channel is, or that has it as the child of one of its streams. */
    IncomingConnectionBudget connection(Channel channel) {
        if (!(channel instanceof Http2StreamChannel stream)) {
            return connection();
        }
        Attribute<Map<IncomingBudget, IncomingConnectionBudget>> all =
                stream.parent().attr(CONNECTIONS);
        if (all.get() == null) {
            all.set(new IdentityHashMap<>(1));
        }
        return all.get().computeIfAbsent(this, made -> connection());
    }

    /** What one event loop's requests hold. */
    final class Share {
        private long held;
        /** Of it what the complete ones hold. */
        private long waiting;

        private @Nullable IncomingBytes oldest;
        private @Nullable IncomingBytes newest;

        /** Takes so many bytes; refuses incomplete requests that are older than this one where there is no room for it. */
        boolean take(IncomingBytes request, int more) {
            while (held + more > most()) {
                IncomingBytes victim = oldest;
                if (victim == null || victim == request) {
                    return false;
                }
                victim.refuse();
            }
            held += more;
            return true;
        }

        void giveBack(int less) {
            held -= less;
        }

        /** So many bytes of what is held wait for answers now. Returns false where too many do. */
        boolean await(int more) {
            if (waiting + more > most() / 4 * 3) {
                return false;
            }
            waiting += more;
            return true;
        }

        void answered(int less) {
            waiting -= less;
        }

        private long most() {
            return bytes / Math.max(expectedLoops, loops.get());
        }

        void append(IncomingBytes request) {
            request.older = newest;
            if (newest == null) {
                oldest = request;
            } else {
                newest.newer = request;
            }
            newest = request;
        }

        void remove(IncomingBytes request) {
            if (request.older == null) {
                oldest = request.newer;
            } else {
                request.older.newer = request.newer;
            }
            if (request.newer == null) {
                newest = request.older;
            } else {
                request.newer.older = request.older;
            }
            request.older = null;
            request.newer = null;
        }
    }

    /** What a request's head holds, and over HTTP/2 its stream. */
    static int sizeOf(Channel channel, HttpRequest request) {
        return headSize(request) + (channel instanceof Http2StreamChannel ? CHANNEL_BYTES : 0);
    }

    /** What a part of a message holds. */
    static int sizeOf(HttpObject object) {
        if (object == LastHttpContent.EMPTY_LAST_CONTENT) {
            return 0;
        }
        int head = object instanceof HttpRequest request ? headSize(request) : PART_BYTES;
        int trailers = object instanceof LastHttpContent last ? size(last.trailingHeaders()) : 0;
        return head
                + trailers
                + (object instanceof HttpContent part ? part.content().readableBytes() : 0);
    }

    /** Its target is there twice: as it came, and taken apart. */
    private static int headSize(HttpRequest request) {
        int target = request.uri().length();
        return request.decoderResult() instanceof HttpMessageDecoderResult read
                ? REQUEST_BYTES + target + read.totalSize() + fieldsSize(request.headers())
                : REQUEST_BYTES + 2 * target + size(request.headers());
    }

    private static int size(HttpHeaders headers) {
        return textSize(headers) + fieldsSize(headers);
    }

    /** What trailers over HTTP/2 hold. */
    static int sizeOf(Http2Headers trailers) {
        int size = trailers.size() * FIELD_BYTES;
        for (Map.Entry<CharSequence, CharSequence> field : trailers) {
            size += field.getKey().length() + field.getValue().length();
        }
        return size;
    }

    /** Beside their text. */
    static int fieldsSize(HttpHeaders headers) {
        return headers.size() * FIELD_BYTES;
    }

    static int textSize(HttpHeaders headers) {
        int size = 0;
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            size += field.getKey().length() + field.getValue().length();
        }
        return size;
    }
}

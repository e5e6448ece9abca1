package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The budget of bytes that the requests of one {@link SseHandler} may hold until they are answered. Each event loop has
 * an equal share of it, and decides by its share alone. If a share is full, the requests without progress for the
 * longest time are refused first: those of a well-behaved client are incomplete for moments. Complete requests that
 * wait for their responses hold three quarters of a share at most; a complete request is not refused. Thread-safe; the
 * objects that it returns are used on the event loop of the caller.
 */
final class IncomingBudget {
    /** The heap that a request takes beside its text. */
    private static final int REQUEST_BYTES = 512;

    /** The heap that a header field takes beside its text. */
    static final int FIELD_BYTES = 128;

    /** The heap that the child channel of an HTTP/2 stream takes, with its handlers. */
    static final int CHANNEL_BYTES = 4096;

    /** The heap that a part of a body takes beside its bytes, while it waits to be read. */
    static final int PART_BYTES = 128;

    /** The budgets of one connection, by those of the handlers. */
    private static final AttributeKey<Map<IncomingBudget, IncomingConnectionBudget>> CONNECTIONS =
            AttributeKey.valueOf(IncomingBudget.class, "connections");

    private final long bytes;
    private final int perConnection;
    private final int expectedLoops;
    private final Set<Share> shares = ConcurrentHashMap.newKeySet();

    private final FastThreadLocal<Share> current = new FastThreadLocal<>() {
        @Override
        protected Share initialValue() {
            Share made = new Share();
            shares.add(made);
            return made;
        }

        @Override
        protected void onRemoval(Share share) {
            shares.remove(share);
        }
    };

    /**
     * Creates a budget.
     *
     * @param expectedLoops the least number of event loops that share the budget
     */
    IncomingBudget(Limits limits, int expectedLoops) {
        this.bytes = limits.incompleteBytes();
        this.perConnection = limits.incompleteBytesPerConnection();
        this.expectedLoops = expectedLoops;
    }

    private IncomingConnectionBudget connection(EventLoop loop) {
        Share share = current.get();
        share.loop = loop;
        return new IncomingConnectionBudget(share, perConnection);
    }

    /**
     * Returns the budget of a channel's connection, which the child channels of HTTP/2 share. Called on its event loop.
     */
    IncomingConnectionBudget connection(Channel channel) {
        if (!(channel instanceof Http2StreamChannel stream)) {
            return connection(channel.eventLoop());
        }
        Attribute<Map<IncomingBudget, IncomingConnectionBudget>> all =
                stream.parent().attr(CONNECTIONS);
        if (all.get() == null) {
            all.set(new IdentityHashMap<>(1));
        }
        return all.get().computeIfAbsent(this, made -> connection(channel.eventLoop()));
    }

    /** Any thread: the number of event loops that have a share. */
    int loops() {
        return shares.size();
    }

    /** Any thread: the bytes that all requests hold, an estimate. */
    long held() {
        return shares.stream().mapToLong(share -> share.held.getOpaque()).sum();
    }

    /** The share of one event loop. Confined to it, except that any thread may read {@link #held}. */
    final class Share {
        /** The event loop; null before the first connection. */
        private @Nullable EventLoop loop;

        /** The bytes that all requests hold. Written by the event loop alone. */
        private final AtomicLong held = new AtomicLong();

        /** The bytes of them that complete requests hold. */
        private long waiting;

        /** The ends of the list of requests that may be refused, in the order of their last progress. */
        private @Nullable IncomingBytes oldest;

        private @Nullable IncomingBytes newest;

        /** Returns whether the event loop calls. */
        boolean isConfined() {
            return loop != null && loop.inEventLoop();
        }

        /**
         * Acquires bytes for a request. If the share is full, requests before it in the list are refused. Returns false
         * if that does not suffice.
         */
        boolean take(IncomingBytes request, int more) {
            assert isConfined();
            while (held.getPlain() + more > most()) {
                IncomingBytes victim = oldest;
                if (victim == null || victim == request) {
                    return false;
                }
                victim.refuse();
            }
            held.setOpaque(held.getPlain() + more);
            return true;
        }

        /** Releases bytes. */
        void giveBack(int less) {
            assert isConfined();
            held.setOpaque(held.getPlain() - less);
        }

        /** Counts held bytes as those of complete requests. Returns false if these would be too many. */
        boolean await(int more) {
            assert isConfined();
            if (waiting + more > most() / 4 * 3) {
                return false;
            }
            waiting += more;
            return true;
        }

        /** Stops counting bytes as those of complete requests. */
        void answered(int less) {
            waiting -= less;
        }

        /** Returns the size of the share. */
        private long most() {
            return bytes / Math.max(expectedLoops, loops());
        }

        /** Adds a request as the last one to be refused. */
        void append(IncomingBytes request) {
            assert isConfined();
            request.older = newest;
            if (newest == null) {
                oldest = request;
            } else {
                newest.newer = request;
            }
            newest = request;
        }

        void remove(IncomingBytes request) {
            assert isConfined();
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

    /** Returns the size of the head of a request, with the channel of its stream over HTTP/2. */
    static int sizeOf(Channel channel, HttpRequest request) {
        return headSize(request) + (channel instanceof Http2StreamChannel ? CHANNEL_BYTES : 0);
    }

    /** Returns the size of a part of a message. */
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

    /** Returns the size of a head; the target counts twice, as it is stored encoded and parsed. */
    private static int headSize(HttpRequest request) {
        int target = request.uri().length();
        return request.decoderResult() instanceof HttpMessageDecoderResult read
                ? REQUEST_BYTES + target + read.totalSize() + fieldsSize(request.headers())
                : REQUEST_BYTES + 2 * target + size(request.headers());
    }

    private static int size(HttpHeaders headers) {
        return textSize(headers) + fieldsSize(headers);
    }

    /** Returns the size of the trailers of HTTP/2. */
    static int sizeOf(Http2Headers trailers) {
        int size = trailers.size() * FIELD_BYTES;
        for (Map.Entry<CharSequence, CharSequence> field : trailers) {
            size += field.getKey().length() + field.getValue().length();
        }
        return size;
    }

    /** Returns the size of the fields without their text. */
    static int fieldsSize(HttpHeaders headers) {
        return headers.size() * FIELD_BYTES;
    }

    /** Returns the size of the text of the fields. */
    static int textSize(HttpHeaders headers) {
        int size = 0;
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            size += field.getKey().length() + field.getValue().length();
        }
        return size;
    }
}

package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.Locale;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * One stream: it has the fields of the request, checks the head of the response, and passes the body on, decoded if it
 * is compressed. A handler of its protocol feeds it. Confined to its event loop.
 */
abstract class SseStream {

    private final Target target;
    private final URI url;
    private final @Nullable String lastEventId;
    private final Compression compression;
    private @Nullable GzipMember gzip;
    private boolean open;
    private boolean ended;

    SseStream(Target target, URI url, @Nullable String lastEventId, Compression compression) {
        this.target = target;
        this.url = url;
        this.lastEventId = lastEventId;
        this.compression = compression;
    }

    /** Returns the URL of the stream. */
    public final URI url() {
        return url;
    }

    /** Called when the head of the response is that of an event stream. */
    abstract void opened();

    /** Called with a part of the body. */
    abstract void body(ByteBuf bytes);

    /**
     * Called once at the end.
     *
     * @param reason why the stream was not opened; null if it was
     */
    abstract void ended(@Nullable String reason);

    /** Returns the fields of the request, except for the host. */
    final HttpHeaders fields() {
        HttpHeaders fields = new DefaultHttpHeaders()
                .set(HttpHeaderNames.ACCEPT, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
        if (target.wire().compressed()) {
            fields.set(HttpHeaderNames.ACCEPT_ENCODING, "gzip");
        }
        fields.setAll(target.httpHeaders());
        if (lastEventId != null) {
            fields.set("Last-Event-ID", lastEventId);
        }
        return fields;
    }

    /**
     * Checks the head of the response. Returns whether it opens the stream; if not, the stream has ended.
     *
     * @param status the status, with its reason if it has one
     */
    final boolean head(String status, String type, String encoding) {
        String coding = encoding.strip().toLowerCase(Locale.ROOT);
        boolean identity = coding.isEmpty() || coding.equals("identity");
        if (!status.startsWith("200")) {
            end("the answer was " + status);
        } else if (!type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
            end("the answer was " + (type.isEmpty() ? "of no content type" : type) + ", no event stream");
        } else if (!identity && !(target.wire().compressed() && coding.equals("gzip"))) {
            end("the answer was encoded: " + encoding + " (expected: "
                    + (target.wire().compressed() ? "gzip" : "none, without --compressed") + ")");
        } else {
            open = true;
            gzip = identity ? null : new GzipMember(compression.scratch());
            compression.opened(!identity);
            opened();
        }
        return open;
    }

    /**
     * Takes a part of the body. Returns whether more is wanted: not before the stream is open, nor after a part that
     * could not be decoded, with which it has ended.
     */
    final boolean bytes(ByteBuf bytes) {
        if (!open || ended) {
            return false;
        }
        if (gzip == null) {
            body(bytes);
            return true;
        }
        try {
            int wire = bytes.readableBytes();
            compression.bytes(wire, gzip.decode(bytes, this::body));
            return true;
        } catch (DataFormatException e) {
            compression.undecodable(String.valueOf(e.getMessage()));
            gzip.close();
            gzip = null;
            end(null);
            return false;
        }
    }

    /**
     * Ends the stream, unless it has ended.
     *
     * @param reason why it was not opened, if it was not
     */
    final void end(@Nullable String reason) {
        if (ended) {
            return;
        }
        ended = true;
        if (gzip != null) {
            if (!gzip.isWhole()) {
                compression.undecodable("ended without the trailer of gzip");
            }
            gzip.close();
        }
        ended(open ? null : reason);
    }

    /** Called when the connection has failed. */
    final void failed(Throwable cause) {
        end(String.valueOf(cause.getMessage()));
    }
}

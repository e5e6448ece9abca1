package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** The writer of the heads of responses, and of whole responses. */
final class ResponseWriter {
    /** The state of the connection after a response. */
    enum Then {
        /** Open for the next request. */
        KEEP,
        /** Closed. */
        CLOSE,
        /** Closed by {@link ResponseLingeringClose}, because the client still sends its request. */
        LINGER
    }

    private static final int COLON = ':' << 8 | ' ';
    private static final int CRLF = '\r' << 8 | '\n';

    /** The challenge with status 401 (RFC 9110 15.5.2); {@code Bearer} has at least one parameter (RFC 6750 3). */
    private static final AsciiString BEARER = AsciiString.cached("Bearer realm=\"events\"");

    /** The directives by which caches do not store a stream and intermediaries do not change it (RFC 9111 5.2.2). */
    static final AsciiString UNCACHED = AsciiString.cached("no-store, no-transform");

    /** The encoded heads of streams, by framing and outcome. */
    private static final byte[][][] STREAM_HEADS = Arrays.stream(StreamFraming.values())
            .map(framing -> Arrays.stream(ResumeOutcome.values())
                    .map(outcome -> encoded(undatedHead(outcome, framing)))
                    .toArray(byte[][]::new))
            .toArray(byte[][][]::new);

    /** The length of a quotation from a request, so that a short request has no long response. */
    private static final int QUOTED_CHARS = 200;

    private ResponseWriter() {}

    /** Returns the text, shortened if it is long. */
    static String quotable(String text) {
        return text.length() <= QUOTED_CHARS ? text : text.substring(0, QUOTED_CHARS) + "...";
    }

    static void answer(ChannelHandlerContext ctx, HttpRequest request, HttpAnswer answer, Then then) {
        answer(ctx, request, answer, then, EmptyHttpHeaders.INSTANCE);
    }

    static void answer(ChannelHandlerContext ctx, HttpRequest request, HttpAnswer answer, Then then, HttpHeaders more) {
        boolean keepAlive = then == Then.KEEP;
        FullHttpResponse response = whole(answer, request.method().equals(HttpMethod.HEAD), more);
        HttpUtil.setKeepAlive(response.headers(), request.protocolVersion(), keepAlive);
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelFuture written = ctx.writeAndFlush(response);
        if (then == Then.LINGER) {
            written.addListener(done -> ResponseLingeringClose.close(ctx.channel()));
        } else if (then == Then.CLOSE) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Returns the encoded last response of a connection, for a client whose request the codec has not decoded. */
    static ByteBuf lastBytes(HttpAnswer answer, HttpHeaders more) {
        FullHttpResponse response = whole(answer, false, more);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(encoded(response)).writeShort(CRLF);
        return out.writeBytes(answer.bytes());
    }

    private static FullHttpResponse whole(HttpAnswer answer, boolean isHead, HttpHeaders more) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.bytes()));
        if (answer.status() != 204 && answer.status() != 304) { // RFC 9110 8.6
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.bytes().length);
        }
        if (answer.contentType() != null) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
            response.headers().set("X-Content-Type-Options", "nosniff");
        }
        response.headers().set(HttpHeaderNames.DATE, ResponseDate.now());
        response.headers().add(more);
        setUnlessThere(response, HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        if (answer.status() == 401) {
            setUnlessThere(response, HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
        }
        if (answer.status() == 503) {
            setUnlessThere(response, HttpHeaderNames.RETRY_AFTER, "5");
        }
        return response;
    }

    private static void setUnlessThere(HttpResponse response, CharSequence name, CharSequence value) {
        if (!response.headers().contains(name)) {
            response.headers().set(name, value);
        }
    }

    /** Returns whether the message is the end of a final response; an informational response is none. */
    static boolean isEnd(Object msg) {
        return msg instanceof LastHttpContent
                && !(msg instanceof FullHttpResponse response
                        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
    }

    /** Returns the interim response 100, which a client may wait for before it sends the body. */
    static FullHttpResponse continueResponse() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    }

    /** Returns the head of a hub's stream, which is the connection's last response. */
    static HttpResponse streamHead(ResumeOutcome outcome, StreamFraming framing, HttpHeaders more) {
        HttpResponse head = undatedHead(outcome, framing);
        head.headers().set(HttpHeaderNames.DATE, ResponseDate.now()).add(more);
        return head;
    }

    private static HttpResponse undatedHead(ResumeOutcome outcome, StreamFraming framing) {
        HttpResponse head = streamHead(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        head.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set("SSE-Resume", outcome.name().toLowerCase(Locale.ROOT));
        if (framing == StreamFraming.CHUNKED) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return head;
    }

    /** Writes the encoded head of a hub's stream. */
    @SuppressWarnings("EnumOrdinal") // an index within this process
    static void writeStreamHead(ByteBuf out, ResumeOutcome outcome, StreamFraming framing, HttpHeaders more) {
        out.writeBytes(STREAM_HEADS[framing.ordinal()][outcome.ordinal()]);
        write(out, HttpHeaderNames.DATE, ResponseDate.now());
        write(out, more);
        out.writeShort(CRLF);
    }

    private static byte[] encoded(HttpResponse head) {
        ByteBuf out = Unpooled.buffer();
        ByteBufUtil.writeAscii(out, head.protocolVersion() + " " + head.status() + "\r\n");
        write(out, head.headers());
        return ByteBufUtil.getBytes(out);
    }

    private static void write(ByteBuf out, HttpHeaders headers) {
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            write(out, header.getKey(), header.getValue());
        }
    }

    private static void write(ByteBuf out, CharSequence name, CharSequence value) {
        out.writeCharSequence(name, StandardCharsets.ISO_8859_1);
        out.writeShort(COLON);
        out.writeCharSequence(value, StandardCharsets.ISO_8859_1);
        out.writeShort(CRLF);
    }

    /** Returns the head of a finite stream; chunked, except for HTTP/1.0. */
    static HttpResponse finiteHead(HttpRequest request, boolean keepAlive, HttpHeaders more) {
        boolean bodiless = request.method().equals(HttpMethod.HEAD);
        HttpResponse head = streamHead(
                bodiless
                        ? new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER)
                        : new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        head.headers().set(HttpHeaderNames.DATE, ResponseDate.now()).add(more);
        if (!bodiless && request.protocolVersion().isKeepAliveDefault()) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (!keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return head;
    }

    private static HttpResponse streamHead(HttpResponse head) {
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM)
                .set(HttpHeaderNames.CACHE_CONTROL, UNCACHED)
                .set("X-Accel-Buffering", "no")
                .set("X-Content-Type-Options", "nosniff");
        return head;
    }
}

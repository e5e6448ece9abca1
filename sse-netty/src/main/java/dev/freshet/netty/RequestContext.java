package dev.freshet.netty;

import dev.freshet.netty.SseReply.When;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A request of an endpoint, and the state for its response. Confined to the channel's event loop. */
final class RequestContext {
    final HttpRequest request;
    final RequestRoutes.Match match;
    /** The options of its endpoint. */
    final RequestOptions options;

    final RequestBody body;
    final SocketAddress remote;
    /** The remote address, or the one that a trusted proxy names. */
    final SocketAddress client;

    final @Nullable SSLSession tlsSession;

    /** Whether a body follows, however short. */
    final boolean hasBody;

    private final boolean overHttp2;
    /** Whether the client waits for 100 before it sends the body. */
    final boolean continueDue;

    /** Whether the whole request was received. */
    boolean complete;

    /** The bytes that it holds until it is answered; set before the head is checked. */
    @SuppressWarnings("NullAway.Init")
    IncomingBytes held;

    /** The position in the sequence of calls that end streams; set before the head is checked. */
    @SuppressWarnings("NullAway.Init")
    StreamRevocations.Mark received;

    /** The reply of its endpoint to the head, to be given after the body was received; or null. */
    @Nullable
    SseReply early;

    /** The request for the endpoint, without the body. */
    @SuppressWarnings("NullAway.Init")
    SseRequest head;

    private HttpHeaders answerHeaders = EmptyHttpHeaders.INSTANCE;

    /** The headers of the reply that is given. */
    private List<Map.Entry<String, String>> replyHeaders = List.of();

    /** The headers of the replies that were awaited. */
    private List<Map.Entry<String, String>> awaitedHeaders = List.of();

    /** Set once the endpoint was called. */
    @Nullable
    String lastEventId;

    /** Whether it has waited for a position that this process had not seen. */
    boolean hasWaitedForPosition;

    /** The lease of its stream while it waits for such a position, or null. */
    private @Nullable StreamLease waiting;

    /**
     * The refusal of its head, or null. In an application's pipeline the version and a missing host are not checked.
     */
    final @Nullable HttpAnswer malformed;

    /** The source of the request. */
    final RequestSource source;

    RequestContext(HttpRequest request, RequestRoutes.Match match, Channel channel, boolean ownServer) {
        this.request = request;
        this.match = match;
        this.options = match.options(request);
        this.body = new RequestBody(options.limits().bodyBytes());
        this.body.announce(request);
        this.overHttp2 = channel instanceof Http2StreamChannel;
        this.complete = request instanceof LastHttpContent;
        this.hasBody = !complete && (overHttp2 || body.mayCome(request));
        this.continueDue = !complete && HttpUtil.is100ContinueExpected(request);
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
            body.discard();
        }
        this.remote = channel.remoteAddress();
        this.malformed = RequestHeadCheck.malformed(request, channel, ownServer);
        SslHandler tls = RequestSource.tls(channel);
        this.tlsSession = tls == null ? null : tls.engine().getSession();
        this.source = RequestSource.of(request, match.target().authority(), channel);
        this.client = options.access().client(request.headers(), remote);
    }

    /** Returns the request for the endpoint, without the body. */
    SseRequest toRequest() {
        return new SseRequest(request, match.target(), match.parameters(request), hasBody, remote, client, tlsSession);
    }

    /** The request without its body, also where it was refused before its endpoint was called. */
    SseRequest known() {
        return head == null ? toRequest() : head;
    }

    /** The protocol: one of three names, whatever minor version the client has named. */
    String protocol() {
        return overHttp2 ? "HTTP/2" : request.protocolVersion().minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    /** The timeout of an awaited answer. */
    @Nullable
    Future<?> patience;

    /**
     * Returns the headers of every response to this request, a stream's head and a refusal alike. Not to be modified.
     */
    HttpHeaders answerHeaders() {
        if (replyHeaders.isEmpty() && awaitedHeaders.isEmpty()) {
            return answerHeaders;
        }
        List<Map.Entry<String, String>> own = joined(awaitedHeaders, replyHeaders);
        HttpHeaders all = new DefaultHttpHeaders().add(answerHeaders);
        own.stream().map(Map.Entry::getKey).filter(AddedHeaders::isSingle).forEach(all::remove);
        own.forEach(header -> all.add(header.getKey(), header.getValue()));
        return all;
    }

    /** Keeps the lease while the request waits, counted as an open stream. */
    void waitsWith(StreamLease lease) {
        assert held.isConfined();
        waiting = lease;
    }

    /** Returns the lease that was kept, which the caller then owns, or null. */
    @Nullable
    StreamLease takeLease() {
        StreamLease lease = waiting;
        waiting = null;
        return lease;
    }

    /** Releases the lease that was kept. Idempotent. */
    void endLease() {
        StreamLease lease = takeLease();
        if (lease != null) {
            lease.end();
        }
    }

    /** Adds the headers of an awaited reply to those of the reply that it becomes. */
    void addHeadersOf(When when) {
        assert held.isConfined();
        awaitedHeaders = joined(awaitedHeaders, when.headers());
    }

    private static <T> List<T> joined(List<T> first, List<T> then) {
        return then.isEmpty()
                ? first
                : Stream.concat(first.stream(), then.stream()).toList();
    }

    /** Sets the headers of the reply that is given. A response that replaces the reply also has them. */
    void takeHeadersOf(SseReply reply) {
        assert held.isConfined();
        if (!(reply instanceof When) && !reply.headers().isEmpty()) {
            replyHeaders = reply.headers();
        }
    }

    /** Returns whether the body of a hub's stream is compressed. */
    boolean takesGzip() {
        return options.stream().compress()
                && RequestAccept.takesGzip(request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
    }

    /** Returns the headers of the head of a hub's stream. */
    HttpHeaders streamHeaders(boolean gzip) {
        if (!options.stream().compress()) {
            return answerHeaders();
        }
        HttpHeaders all = new DefaultHttpHeaders().add(answerHeaders());
        all.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        return gzip ? all.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP) : all;
    }

    void answerWith(CharSequence name, Object value) {
        assert held.isConfined();
        if (answerHeaders == EmptyHttpHeaders.INSTANCE) {
            answerHeaders = new DefaultHttpHeaders();
        }
        answerHeaders.set(name, value);
    }

    /** Returns the path as received, for the log, without the query, which may hold secrets. */
    String logPath() {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** Returns whether some of the request is not received yet. */
    boolean isUnread() {
        return hasBody && !complete;
    }

    /** Returns whether the rest has a declared length, so that the next request can be found behind it. */
    boolean canBeSkipped() {
        return body.refusal() == null && body.hasLength() && !continueDue && !overHttp2;
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** Returns the endpoint, or null if there is none for the method, or a policy answers. */
    @Nullable
    SseEndpoint endpoint() {
        return match.endpoint(request);
    }

    /** Cancels the timeout of an awaited reply. */
    void stopTimeout() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}

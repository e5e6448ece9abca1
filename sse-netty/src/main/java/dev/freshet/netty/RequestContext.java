package dev.freshet.netty;

import dev.freshet.netty.SseReply.When;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
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

/** A request that is an endpoint's, and what its answer needs to know of it. Confined to the channel's event loop. */
final class RequestContext {
    final HttpRequest request;
    final RequestRoutes.Match match;
    /** Those of its endpoint. */
    final RequestOptions options;

    final RequestBody body;
    final SocketAddress remote;
    /** The remote address, or the one that a trusted proxy tells. */
    final SocketAddress client;

    final @Nullable SSLSession tlsSession;

    /** Whether a body is to come, however short. */
    final boolean hasBody;

    private final boolean overHttp2;
    /** The sender waits for a word before it sends the body. */
    final boolean continueDue;

    /** All of it has come. */
    boolean complete;

    /** What it holds until it is answered; set before it is judged. */
    @SuppressWarnings("NullAway.Init")
    IncomingBytes held;

    /** Which calls that end streams came before it; set before it is judged. */
    @SuppressWarnings("NullAway.Init")
    StreamRevocations.Mark received;

    /** What its endpoint has answered to its head, to be carried out once the body has come; or null. */
    @Nullable
    SseReply early;

    /** What its endpoint is asked, but for the body. */
    @SuppressWarnings("NullAway.Init")
    SseRequest head;

    private HttpHeaders answerHeaders = EmptyHttpHeaders.INSTANCE;

    /** Those of the reply, which come on top. */
    private List<Map.Entry<String, String>> replyHeaders = List.of();

    /** Those of the replies that were waited for. */
    private List<Map.Entry<String, String>> awaitedHeaders = List.of();

    /** Once the endpoint was asked. */
    @Nullable
    String lastEventId;

    /** For a position that this process had not seen. */
    boolean hasWaitedForPlace;

    /** What its stream was granted, while such a position is waited for. */
    private @Nullable StreamLease waiting;

    /** What to refuse its head with, or null. In a pipeline of others they say what they let pass. */
    final @Nullable HttpAnswer malformed;

    /** From where it comes. */
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

    /** What its endpoint is asked with, but for the body. */
    SseRequest toRequest() {
        return new SseRequest(request, match.target(), match.parameters(request), hasBody, remote, client, tlsSession);
    }

    /** Ends the wait for an answer that is to come. */
    @Nullable
    Future<?> patience;

    /** For every answer to this request: a stream's head and a refusal alike. Not to be changed. */
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

    /** It waits, and counts as an open stream meanwhile. */
    void waitsWith(StreamLease lease) {
        waiting = lease;
    }

    /** What it has waited with, which is then the caller's; or null. */
    @Nullable
    StreamLease takeLease() {
        StreamLease lease = waiting;
        waiting = null;
        return lease;
    }

    /** It waits no more. Idempotent. */
    void endLease() {
        StreamLease lease = takeLease();
        if (lease != null) {
            lease.end();
        }
    }

    /** An answer is to come, and what that is has the headers of this, too. */
    void addHeadersOf(When when) {
        awaitedHeaders = joined(awaitedHeaders, when.headers());
    }

    private static <T> List<T> joined(List<T> first, List<T> then) {
        return then.isEmpty()
                ? first
                : Stream.concat(first.stream(), then.stream()).toList();
    }

    /** The reply that is carried out; what is answered in its place has its headers, too. */
    void takeHeadersOf(SseReply reply) {
        if (!(reply instanceof When) && !reply.headers().isEmpty()) {
            replyHeaders = reply.headers();
        }
    }

    void answerWith(CharSequence name, Object value) {
        if (answerHeaders == EmptyHttpHeaders.INSTANCE) {
            answerHeaders = new DefaultHttpHeaders();
        }
        answerHeaders.set(name, value);
    }

    /** Where it goes, for the log: as it came, which has no line breaks, and without the query, which may have secrets. */
    String place() {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** Whether its client still sends. */
    boolean isUnread() {
        return hasBody && !complete;
    }

    /** Whether the rest of it is bounded, and surely comes, so that the next request is found behind it. */
    boolean canBeSkipped() {
        return body.refusal() == null && body.hasLength() && !continueDue && !overHttp2;
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** Null where there is none for the method, or a policy answers in its place. */
    @Nullable
    SseEndpoint endpoint() {
        return match.endpoint(request);
    }

    /** The answer is there, or nobody waits for it. */
    void stopTimeout() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}

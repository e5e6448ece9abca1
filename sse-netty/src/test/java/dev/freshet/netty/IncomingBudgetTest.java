package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the requests of one connection, and of all, may hold while they are incomplete.
 * Covers {@link IncomingChannelBudget}, {@link IncomingCodecBytes} and {@link IncomingHttp1Bytes}.
 */
class IncomingBudgetTest extends BoundedRequestsFixture {
    private static final String BODY = POST + "Content-Length: 40000\r\n\r\n" + "x".repeat(30_000);

    static List<String> undecodable() {
        return List.of("2\r\nhi\r\n0\r\n" + "a:\r\n".repeat(3_000), "not a length\r\n");
    }

    @Test
    void aHeadCountsAsItComes() throws Exception {
        SseServer server = start(taking(limits().incompleteBytesPerConnection(4_000)));
        assertRefused(sending(server, POST + "X: " + "x".repeat(5_000)), 431);
    }

    @Test
    void aFieldCountsForMoreThanItsText() throws Exception {
        SseServer server = start(taking(limits()));
        assertRefused(sending(server, POST + "a:\r\n".repeat(3_000)), 431);
    }

    @Test
    void aHeadBehindAnotherRequestCountsAsItComes() throws Exception {
        SseServer server = start(taking(limits().incompleteBytesPerConnection(4_000)));
        RawSseClient client = sending(server, POST + "Content-Length: 0\r\n\r\n" + POST + "a:\r\n".repeat(100));
        body(client, client.readHead());
        assertRefused(client, 431);
    }

    @Test
    void aBodyCountsAsItComes() throws Exception {
        SseServer server = start(taking(limits().incompleteBytesPerConnection(20_000)));
        assertRefused(sending(server, BODY), 413);
    }

    @Test
    void trailersCountForMoreThanTheirText() throws Exception {
        SseServer server = start(taking(limits()));
        assertRefused(
                sending(server, POST + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" + "a:\r\n".repeat(3_000)),
                413);
    }

    @Test
    void aRequestFitsWhereItIsAsLargeAsItMayBe() throws Exception {
        SseServer server = start(taking(limits()));
        String text = "x".repeat(64 << 10);
        RawSseClient client = sending(
                server,
                POST + "Cookie: " + "x".repeat(15_000) + "\r\nA: b\r\nContent-Length: " + text.length() + "\r\n\r\n"
                        + text);
        assertThat(body(client, client.readHead())).isEqualTo(text + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {POST + "X: ", POST + "Content-Length: 60000\r\n\r\n"})
    void whatIsIncompleteForLongestMakesRoomForOthers(String begun) throws Exception {
        SseServer server = start(taking(limits().incompleteBytes(100_000)));
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(sending(server, begun + "x".repeat(10_000)));
            RawSseClient honest = sending(server, POST + "Content-Length: 2\r\n\r\nhi");
            assertThat(body(honest, honest.readHead())).isEqualTo("hi\n");
        }
        assertThat(clients.get(0).readHead().status()).isIn(413, 431);
        RawSseClient last = clients.get(19);
        last.send(begun.endsWith(": ") ? "\r\nContent-Length: 0\r\n\r\n" : "x".repeat(50_000));
        assertThat(last.readHead().status()).isEqualTo(409);
    }

    @Test
    void whereTooManyCompleteRequestsWaitOthersAreToldToComeLater() throws Exception {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        Semaphore asked = new Semaphore(0);
        SseServer server =
                start(local().limits(limits().incompleteBytes(20_000).build()).endpoint("/events", request -> {
                    asked.release();
                    return SseReply.when(later);
                }));
        String get = "GET /events HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(4_000) + "\r\n\r\n";
        RawSseClient first = sending(server, get);
        sending(server, get);
        sending(server, get);
        assertThat(asked.tryAcquire(3, PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(sending(server, get).readHead().status()).isEqualTo(503);
        later.complete(SseReply.refuse(403));
        assertThat(first.readHead().status()).isEqualTo(403);
        assertThat(sending(server, get).readHead().status())
                .as("they have made room")
                .isEqualTo(403);
    }

    @Test
    void everyByteIsGivenBack() throws Exception {
        SseServer server = start(taking(limits().incompleteBytes(60_000)));
        for (int i = 0; i < 50; i++) {
            RawSseClient whole = sending(server, POST + "Content-Length: 4000\r\n\r\n" + "x".repeat(4_000));
            assertThat(whole.readHead().status()).isEqualTo(409);
            sending(server, POST + "Content-Length: 4000\r\n\r\n" + "x".repeat(3_000))
                    .close();
            sending(server, POST + "X: " + "x".repeat(3_000)).close();
            assertThat(sending(server, POST + "Content-Length: 70000\r\n\r\nx")
                            .readHead()
                            .status())
                    .isEqualTo(413);
            follower(server).close();
        }
        RawSseClient large = sending(server, BODY);
        large.send("x".repeat(10_000));
        assertThat(large.readHead().status()).isEqualTo(409);
    }

    @Test
    void aRequestThatIsPassedOnCountsUntilItIsComplete() throws Exception {
        SseServer server = start(taking(limits().incompleteBytes(50_000))
                .requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        ReferenceCountUtil.release(msg);
                    }
                })));
        String other = "POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nX: " + "x".repeat(8_000) + "\r\n\r\n";
        RawSseClient first = sending(server, other);
        for (int i = 0; i < 10; i++) {
            sending(server, other);
        }
        assertConnectionEnds(first);
    }

    @ParameterizedTest
    @MethodSource("undecodable")
    void theConnectionEndsBehindTheAnswerToAPassedOnBodyThatCannotBeDecoded(String body) throws Exception {
        SseServer server =
                start(taking(limits()).requests(pipeline -> pipeline.addLast(Pipelines.Behind.answeringAtOnce())));
        RawSseClient client =
                sending(server, "POST /other HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(rest(client)).startsWith("</other ");
    }

    @Test
    void aBudgetBelowOneIsRefused() {
        assertThatThrownBy(() -> limits().incompleteBytesPerConnection(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limits.incompleteBytesPerConnection: 0 (expected: > 0)");
        assertThatThrownBy(() -> limits().incompleteBytes(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limits.incompleteBytes: -1 (expected: > 0)");
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;

/** A server whose requests are bounded in sum: one endpoint takes bodies, and one has streams. */
abstract class BoundedRequestsFixture extends ServerFixture {
    static final String POST = "POST /take HTTP/1.1\r\nHost: h\r\n";

    static Limits.Builder limits() {
        return Limits.builder();
    }

    SseServer.Builder taking(Limits.Builder limits) {
        return local().limits(limits.build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/take", request -> SseReply.refuse(409, request.bodyText()));
    }

    static void assertRefused(RawSseClient client, int status) throws IOException {
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(status);
        assertThat(rest(client)).isEqualTo(IncomingOverBudgetException.REASON + "\n");
    }
}

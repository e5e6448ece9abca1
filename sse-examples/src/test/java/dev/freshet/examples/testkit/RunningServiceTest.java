package dev.freshet.examples.testkit;

import static dev.freshet.fixtures.EventStreamAssert.assertThat;

import dev.freshet.fixtures.SseServerExtension;
import dev.freshet.fixtures.SseTestClient;
import dev.freshet.fixtures.SseTestStream;
import dev.freshet.fixtures.SseTestStream.Cut;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RunningServiceTest {
    private static final PriceService RUNNING = new PriceService();

    @RegisterExtension
    static final SseServerExtension<URI> SERVICE =
            SseServerExtension.at(RUNNING::uri).clients(client -> client.header("Authorization", "Bearer secret"));

    @AfterAll
    static void close() {
        RUNNING.close();
    }

    @Test
    void aClientThatReadsInSmallPiecesReceivesTheWhole(SseTestClient client) {
        SseTestStream stream = client.request("/prices").stalled().open();
        RUNNING.publish(11);
        assertThat(stream.trickle(10)).hasNoEvents();

        assertThat(stream.flow().awaitEvents(1)).hasEvents(1).hasData("11");
    }

    @Test
    void numbersShowThatNothingIsMissing(SseTestClient client) {
        SseTestStream stream = client.open("/prices");
        RUNNING.publish(1);
        stream.awaitEvents(1).cut(Cut.RST);
        RUNNING.publish(2);
        RUNNING.publish(3);
        stream.resume().awaitEvents(3);

        assertThat(stream)
                .resumedWithoutLoss(event -> Long.parseLong(event.data()))
                .endsWith("3");
    }
}

package dev.freshet.examples.testkit;

import static dev.freshet.fixtures.EventStreamAssert.assertThat;

import dev.freshet.fixtures.SseServerExtension;
import dev.freshet.fixtures.SseTestClient;
import dev.freshet.fixtures.SseTestStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FirstPriceTest {

    @RegisterExtension
    final SseServerExtension<PriceService> service = SseServerExtension.starting(PriceService::new, PriceService::uri)
            .clients(client -> client.header("Authorization", "Bearer secret"));

    @Test
    void aPriceIsReceived(SseTestClient client) {
        SseTestStream stream = client.open("/prices");
        service.server().publish(11);

        assertThat(stream.awaitEvents(1)).hasData("11");
    }
}

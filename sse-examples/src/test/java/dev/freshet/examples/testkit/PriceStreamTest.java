package dev.freshet.examples.testkit;

import static dev.freshet.fixtures.EventStreamAssert.assertThat;

import dev.freshet.fixtures.ConnectionEnd;
import dev.freshet.fixtures.SseServerExtension;
import dev.freshet.fixtures.SseTestClient;
import dev.freshet.fixtures.SseTestStream;
import dev.freshet.fixtures.SseTestStream.Cut;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PriceStreamTest {

    @RegisterExtension
    final SseServerExtension<PriceService> service = SseServerExtension.starting(PriceService::new, PriceService::uri)
            .clients(client -> client.header("Authorization", "Bearer secret"));

    private void publish(int... prices) {
        IntStream.of(prices).forEach(service.server()::publish);
    }

    @Test
    void aClientReceivesWhatIsPublishedWhileItIsThere(SseTestClient client) {
        publish(11);
        SseTestStream stream = client.open("/prices"); // the head of the answer is there: what is published now arrives
        publish(12, 13);

        assertThat(stream.awaitEvents(2))
                .hasData("12", "13")
                .hasTypes("price", "price")
                .inOrder()
                .isOpen();
    }

    @Test
    void whoBringsNoTokenIsRefused(SseTestClient client) {
        SseTestStream stream =
                client.request("/prices").header("Authorization", "").open();

        assertThat(stream.awaitEnd()).hasStatus(401).hasNoEvents();
    }

    @Test
    void aClientThatWasCutOffMissesNothing(SseTestClient client) {
        SseTestStream stream = client.open("/prices");
        publish(11);
        stream.awaitEvents(1).cut(Cut.RST);
        publish(12);
        stream.resume().awaitEvents(2);

        assertThat(stream).resumedWithoutLoss("11", "12");
    }

    @Test
    void aPostIsSentAgainWithItsBody(SseTestClient client) {
        SseTestStream stream =
                client.request("/prices").body("text/plain", "prices\nrates").open();
        publish(10, 11);
        stream.awaitEvent("a price of 11", event -> event.data().equals("11"));
        stream.cut(Cut.RST);
        publish(12);
        stream.resume().awaitEvents(3);

        assertThat(stream).resumedWithoutLoss("10", "11", "12");
    }

    @Test
    void anEventThatWasCutInTheMiddleArrivesWhole(SseTestClient client) {
        SseTestStream stream = client.open("/prices").armCutInEvent(20, Cut.FIN);
        publish(11, 12);
        assertThat(stream.awaitEnd()).hasNoEvents();
        stream.resume().awaitEvents(2);

        assertThat(stream).resumedWithoutLoss(List.of(11, 12), event -> Integer.valueOf(event.data()));
    }

    @Test
    void aClientThatStoppedReadingGoesOnWhereItWas(SseTestClient client) {
        SseTestStream stream = client.open("/prices").stall();
        publish(IntStream.range(0, 1000).toArray());
        assertThat(stream).hasNoEvents();
        stream.flow().awaitEvents(1000);

        assertThat(stream).inOrder(event -> Integer.valueOf(event.data())).endsWith("998", "999");
    }

    @Test
    void aClientWhosePlaceIsUnknownIsTold(SseTestClient client) {
        SseTestStream stream = client.request("/prices").lastEventId("17-4").open();
        stream.awaitControl("stream-reset");

        assertThat(stream).wasReset().hasHeader("SSE-Resume", "reset");
    }

    @Test
    void afterTheLastPriceNobodyComesBack(SseTestClient client) {
        SseTestStream stream = client.open("/prices");
        publish(11);
        service.server().closeMarket();
        assertThat(stream.awaitEnd()).hasData("11", "for today").endedBy(ConnectionEnd.WHOLE);

        assertThat(stream.resume()).hasStatus(204); // a browser stops
    }
}

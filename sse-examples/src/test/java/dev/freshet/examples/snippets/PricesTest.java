package dev.freshet.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.harness.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's class, in a process of its own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PricesTest {
    private Process prices;

    @BeforeEach
    void start() throws IOException {
        prices = ChildJvm.of(ChildJvm.SHORT_LIVED, Prices.class, "0").start();
    }

    @AfterEach
    void end() {
        prices.destroyForcibly();
    }

    @Test
    void itServesTheEventsThatItPublishesAndTellsItsClientsWhenItEnds() throws Exception {
        URI uri = URI.create(prices.inputReader().readLine());
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", uri.getPort())) {
            client.without("stream-open").get(uri.getPath());
            ReferenceParser.Event tick = client.readEvent();
            assertThat(tick.type()).isEqualTo("tick");
            assertThat(tick.data()).matches("\\{\"symbol\":\"ACME\",\"price\":\\d+\\.3}");
            assertThat(tick.lastEventId()).isNotEmpty();

            prices.toHandle().destroy(); // by its handle, as a signal to end

            while (tick != null) {
                tick = client.tryReadEvent();
            }
            assertThat(client.retries())
                    .as("that of the opening, and a farewell that says when to come back")
                    .hasSize(2);
            assertThat(client.isWhole()).isTrue();
        }
        assertThat(prices.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}

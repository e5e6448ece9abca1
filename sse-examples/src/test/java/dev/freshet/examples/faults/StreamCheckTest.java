package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the check of a stream finds. */
class StreamCheckTest {
    private static final String TOPIC = "a";
    private static final int PUBLISHED = 6;

    private final StreamCheck check = new StreamCheck(List.of(TOPIC));
    private int ids;

    private StreamCheckTest receive(int... numbers) {
        for (int number : numbers) {
            check.event("message", new NumberedEvent(TOPIC, number).data(), "1-" + ids++);
        }
        return this;
    }

    private StreamCheckTest reset() {
        check.event("stream-reset", "{}", "1-" + ids++);
        return this;
    }

    private ClientResult result() {
        PublishedEvents published = new PublishedEvents();
        for (int i = 0; i < PUBLISHED; i++) {
            published.acknowledge(published.next(), 1);
        }
        return check.result(Map.of(TOPIC, published));
    }

    @Test
    void aWholeStreamHasNoFaults() {
        check.event("stream-open", "{}", "1-0");
        receive(0, 1, 2, 3, 4, 5);
        assertThat(check.isAtEnd()).isFalse();
        check.event(StreamCheck.END, TOPIC, "2-0");
        assertThat(result()).isEqualTo(new ClientResult(6, 0, 0, 0, 0, 0, true));
    }

    @Test
    void aGapIsALoss() {
        assertThat(receive(0, 1, 3, 4).result()).isEqualTo(new ClientResult(4, 2, 0, 0, 0, 0, false));
    }

    @Test
    void aGapAtAResetIsToldAndALaterOneIsNot() {
        assertThat(receive(0).reset().receive(3, 5).result()).isEqualTo(new ClientResult(3, 1, 0, 0, 0, 1, false));
    }

    @Test
    void nothingIsToldBeforeAnEventComesAfterTheReset() {
        assertThat(receive(0).reset().result().lost()).isEqualTo(5);
    }

    @Test
    void whatIsRetainedMayComeAgainAfterAResetAndThenOnce() {
        assertThat(receive(0, 1, 2).reset().receive(1, 2, 3, 4, 5).result())
                .isEqualTo(new ClientResult(6, 0, 0, 0, 0, 1, false));
        assertThat(receive(5).result().doubled()).isEqualTo(1);
    }

    @Test
    void anEventThatComesAgainIsDoubled() {
        assertThat(receive(0, 1, 1, 2, 3, 4, 5).result()).isEqualTo(new ClientResult(6, 0, 1, 0, 0, 0, false));
    }

    @Test
    void anEventThatComesAfterALaterOneIsOutOfOrder() {
        assertThat(receive(0, 2, 1, 3, 4, 5).result()).isEqualTo(new ClientResult(6, 0, 0, 1, 0, 0, false));
    }

    @Test
    void anIdThatIsNotAboveTheOneBeforeIsOutOfOrder() {
        receive(0, 1, 2, 3, 4);
        ids = 0;
        assertThat(receive(5).result()).isEqualTo(new ClientResult(6, 0, 0, 1, 0, 0, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a 0", "a 0 ", "a x y", "a 99999999999 y", "b 0 The quick"})
    void whatWasNotPublishedIsAltered(String data) {
        check.event("message", data, "1-0");
        check.event("message", new NumberedEvent(TOPIC, 0).data() + " ", "1-0");
        check.event("message", new NumberedEvent("b", 0).data(), "1-0");
        check.event("message", new NumberedEvent(TOPIC, 0).data(), "x");
        assertThat(result().altered()).isEqualTo(4);
    }
}

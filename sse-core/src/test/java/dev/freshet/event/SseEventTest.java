package dev.freshet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.codec.EventEncoder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseEventTest {

    record Tick(String symbol, double price) {}

    /** A bean that refers to itself: no JSON is finite enough for it. */
    public static final class Circle {

        public Circle getSelf() {
            return this;
        }
    }

    @Test
    void whatIsUnsetIsNull() {
        SseEvent event = SseEvent.builder().build();
        assertThat(event.id()).isNull();
        assertThat(event.type()).isNull();
        assertThat(event.data()).isNull();
        assertThat(event.retry()).isNull();
        assertThat(event.comment()).isNull();
        assertThat(event).hasToString("SseEvent[]");
    }

    @Test
    void shorthandsSetWhatTheyName() {
        assertThat(SseEvent.of("a")).isEqualTo(SseEvent.builder().data("a").build());
        assertThat(SseEvent.of("t", "a"))
                .isEqualTo(SseEvent.builder().type("t").data("a").build());
        assertThat(SseEvent.comment("c"))
                .isEqualTo(SseEvent.builder().comment("c").build());
    }

    @Test
    @Tag("jackson")
    void valuesAreWrittenAsJson() {
        assertThat(SseEvent.json("t", new Tick("ACME", 12.5)))
                .isEqualTo(SseEvent.of("t", "{\"symbol\":\"ACME\",\"price\":12.5}"));
        assertThat(SseEvent.json(Map.of("a", 1)).data()).isEqualTo("{\"a\":1}");
    }

    @Test
    void equalPartsMakeEqualEvents() {
        SseEvent.Builder builder = SseEvent.builder()
                .id("1")
                .type("t")
                .data("d")
                .retry(Duration.ofSeconds(1))
                .comment("c");
        assertThat(builder.build()).isEqualTo(builder.build()).hasSameHashCodeAs(builder.build());
        assertThat(builder.build()).isNotEqualTo(builder.data("e").build());
        assertThat(builder.build())
                .hasToString("SseEvent[id=\"1\", type=\"t\", data=\"e\", retry=PT1S, comment=\"c\"]");
    }

    @Test
    void eventsThatDifferInOnePartAreNotEqual() {
        List<SseEvent> events = List.of(
                SseEvent.builder().build(),
                SseEvent.builder().id("1").build(),
                SseEvent.builder().type("1").build(),
                SseEvent.builder().data("1").build(),
                SseEvent.builder().retry(Duration.ofSeconds(1)).build(),
                SseEvent.builder().comment("1").build());
        assertThat(events).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\n", "\r", "a\0", "\0"})
    void anIdWithCrLfOrNulIsRefusedWhenBuilt(String id) {
        SseEvent.Builder builder = SseEvent.builder().id(id);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("id: \"")
                .hasMessageEndingWith("(expected: no CR, LF or NUL)");
    }

    @Test
    void theMessageShowsTheValueOnOneLine() {
        assertThatThrownBy(() -> SseEvent.builder().id("a\nb").build())
                .hasMessage("id: \"a\\nb\" (expected: no CR, LF or NUL)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\n", "\r"})
    void aTypeWithCrOrLfIsRefusedWhenBuilt(String type) {
        assertThatThrownBy(() -> SseEvent.of(type, "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("(expected: no CR or LF)");
    }

    @Test
    void nulInATypeAndLoneSurrogatesAnywhereAreAllowed() {
        assertThat(SseEvent.builder()
                        .type("\0")
                        .id("\uD800")
                        .data("\uD800\0")
                        .build()
                        .type())
                .isEqualTo("\0");
    }

    @Test
    void aRetryThatIsNegativeOrTooLongIsRefusedWhenBuilt() {
        Duration longest = Duration.ofMillis(Long.MAX_VALUE);
        assertThat(SseEvent.builder().retry(longest).build().retry()).isEqualTo(longest);
        assertThat(SseEvent.builder().retry(Duration.ZERO).build().retry()).isZero();
        for (Duration retry : new Duration[] {
            Duration.ofNanos(-1), Duration.ofSeconds(-1), longest.plusMillis(1), Duration.ofSeconds(Long.MAX_VALUE)
        }) {
            assertThatThrownBy(() -> SseEvent.builder().retry(retry).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("retry: " + retry);
        }
    }

    @Test
    void anyMappersWriterFits() {
        assertThat(SseEvent.builder()
                        .json(5, value -> "<" + value + ">")
                        .build()
                        .data())
                .isEqualTo("<5>");
    }

    @Test
    @SuppressWarnings("NullAway") // it passes null on purpose
    void whatTheWriterThrowsIsTheCause() {
        IOException cause = new IOException("no");
        assertThatThrownBy(() -> SseEvent.builder().json("x", value -> {
                    throw cause;
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("json: a java.lang.String (expected: a value the writer can write): no")
                .hasCause(cause);
        assertThatThrownBy(() -> SseEvent.builder().json("x", value -> null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExceptionWithoutAMessageIsToldByItsName() {
        assertThatThrownBy(() -> SseEvent.builder().json("x", value -> {
                    throw new IOException();
                }))
                .hasMessageEndingWith("(expected: a value the writer can write): java.io.IOException");
    }

    @Test
    void aThreadThatIsInterruptedWhileItWritesStaysInterrupted() {
        assertThatThrownBy(() -> SseEvent.builder().json("x", value -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aThreadThatIsNotInterruptedWhileItWritesIsNotAfterwards() {
        assertThatThrownBy(() -> SseEvent.builder().json("x", value -> {
                    throw new IOException();
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    @Tag("jackson")
    void whatTheMapperThrowsIsTold() {
        assertThatThrownBy(() -> SseEvent.json(new Circle()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("json: a " + Circle.class.getName()
                        + " (expected: a value the writer can write): Direct self-reference leading to cycle")
                .hasCauseInstanceOf(Exception.class);
    }

    @Test
    @SuppressWarnings("NullAway") // it passes null on purpose
    void nullArgumentsAreNamed() {
        assertThatThrownBy(() -> SseEvent.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("data");
        assertThatThrownBy(() -> SseEvent.of(null, "a")).hasMessage("type");
        assertThatThrownBy(() -> SseEvent.json(null)).hasMessage("value");
        assertThatThrownBy(() -> SseEvent.comment(null)).hasMessage("comment");
        assertThatThrownBy(() -> SseEvent.builder().id(null)).hasMessage("id");
        assertThatThrownBy(() -> SseEvent.builder().retry(null)).hasMessage("retry");
        assertThatThrownBy(() -> SseEvent.builder().json("a", null)).hasMessage("writer");
    }

    @Test
    void anUrgentEventIsTheSameOtherwise() {
        SseEvent event = SseEvent.builder()
                .id("1")
                .type("t")
                .data("d")
                .retry(Duration.ofSeconds(1))
                .comment("c")
                .build();
        SseEvent urgent = event.urgent();

        assertThat(urgent)
                .isNotEqualTo(event)
                .isEqualTo(urgent.urgent())
                .hasToString("SseEvent[id=\"1\", type=\"t\", data=\"d\", retry=PT1S, comment=\"c\", urgent]");
        assertThat(EventEncoder.encode(urgent)).isEqualTo(EventEncoder.encode(event));
        assertThat(List.of(event.isUrgent(), urgent.isUrgent())).containsExactly(false, true);
    }

    @Test
    void longTextsAreCutWhenShown() {
        assertThat(SseEvent.of("x".repeat(10_000)).toString())
                .hasSizeLessThan(200)
                .endsWith("...\"]");
    }
}

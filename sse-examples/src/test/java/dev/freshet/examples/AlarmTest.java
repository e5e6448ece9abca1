package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlarmTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Alarm alarm = new Alarm("cpu", "The CPU", 0.5);

    @Test
    void itIsRaisedOnceAtItsThreshold() {
        assertThat(alarm.check(0.49, NOW)).isNull();

        Alarm.Alert alert = alarm.check(0.5, NOW);

        assertThat(alert)
                .isEqualTo(new Alarm.Alert(
                        NOW, "cpu", "raised", 0.5, 0.5, "The CPU is at 50\u00a0%, over its threshold of 50\u00a0%"));
        assertThat(alarm.raised()).isEqualTo(alert);
        assertThat(alarm.check(0.9, NOW)).isNull();
    }

    @Test
    void itIsClearedOnlyWellBelowItsThreshold() {
        alarm.check(0.6, NOW);

        assertThat(alarm.check(0.45, NOW)).isNull();
        assertThat(alarm.raised()).isNotNull();
        Alarm.Alert alert = alarm.check(0.39, NOW);

        assertThat(alert).isNotNull();
        assertThat(alert.state()).isEqualTo("cleared");
        assertThat(alarm.raised()).isNull();
    }

    @Test
    void aThresholdThatIsNoShareIsRefused() {
        assertThatThrownBy(() -> new Alarm("cpu", "The CPU", 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threshold: 40.0 (expected: above 0, at most 1)");
    }
}

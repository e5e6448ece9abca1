package dev.freshet.examples.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void aTitleIsShownAtOnceHoweverShortWhatFollowsIs() {
        StringWriter out = new StringWriter();
        Progress progress = Progress.line(new PrintWriter(out));

        progress.title("warming up, ");
        assertThat(out).hasToString("\rwarming up, ");
        progress.end();
        assertThat(out.toString()).endsWith("\r            \r");
    }

    @Test
    void whereNothingIsOverwrittenThereIsALineForEachTitleAndOneOnceInAWhile() {
        StringWriter out = new StringWriter();
        Progress progress = Progress.lines(new PrintWriter(out), Duration.ofMillis(1));

        progress.title("round 1, ");
        progress.say(() -> "half");
        progress.until(() -> out.toString().contains("half"), System::nanoTime, Duration.ofSeconds(10));
        progress.title("");
        progress.end();

        assertThat(out.toString().lines())
                .startsWith("round 1", "round 1, half")
                .allMatch(line -> !line.isEmpty());
        assertThat(out.toString()).doesNotContain("\r");
    }
}

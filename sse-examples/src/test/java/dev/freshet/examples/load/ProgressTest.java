package dev.freshet.examples.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void aTitleIsShownAtOnceHoweverShortWhatFollowsIs() {
        StringWriter out = new StringWriter();
        Progress progress = Progress.to(new PrintWriter(out));

        progress.title("warming up, ");
        assertThat(out).hasToString("\rwarming up, ");
        progress.end();
        assertThat(out.toString()).endsWith("\r            \r");
    }
}

package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.store.EventStoreException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class HubLoggerTest {
    private static final String TWO_LINES = "no room\nWARN forged";

    @Test
    void theSentenceOfAStoreIsOneLineOfALog() {
        Throwable failure = new EventStoreException(TWO_LINES, null, false);
        assertThat(HubLogger.text(new CompletionException(failure))).isEqualTo("no room\\nWARN forged");
    }

    @Test
    void theFailureOfAStoreThatHasNoSentenceIsOneLineAllTheSame() {
        Throwable failure = new EventStoreException("unused", null, false) {
            @Override
            public String getMessage() {
                throw new IllegalStateException("as the test wants");
            }

            @Override
            public String toString() {
                return TWO_LINES;
            }
        };
        assertThat(HubLogger.text(failure)).isEqualTo("no room\\nWARN forged");
    }

    @Test
    void anyOtherFailureIsOneLineWithTheNameOfItsClass() {
        assertThat(HubLogger.text(new IOException(TWO_LINES))).isEqualTo("java.io.IOException: no room\\nWARN forged");
    }
}

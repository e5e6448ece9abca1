package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.StreamMessage;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadSizeTest {
    private static final int SMALL = 128;
    private static final int LARGE = 1024 * 1024;

    private final ReadSize size = new ReadSize();

    private void answered(int messages, int bytes) {
        size.answered(Collections.nCopies(messages, new StreamMessage<>("k", "1-0", Map.of("b", new byte[bytes]))));
    }

    @Test
    void oneThatIsFarBehindComesToAskForMany() {
        for (int i = 0; i < 10; i++) {
            answered(size.count(), SMALL);
        }

        assertThat(size.count()).isEqualTo(1000);
    }

    @Test
    void oneThatKeepsUpAsksForFewSoThatALargeEntryComesAlone() {
        for (int i = 0; i < 1000; i++) {
            answered(1, SMALL);
        }

        assertThat(size.count()).isEqualTo(2);
    }

    @Test
    void behindASilenceItAsksForOne() {
        answered(1000, SMALL);
        answered(0, 0);

        assertThat(size.count()).isOne();
    }

    @Test
    void largeEntriesAreReadFewAtATime() {
        answered(1000, SMALL);
        answered(1000, LARGE);

        assertThat(size.count()).isEqualTo(4);
    }
}

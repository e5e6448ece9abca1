package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResetTest {
    private static final EventId LATEST = new EventId(9, 1);
    private static final EventId POSITION = new EventId(3, 0);

    @Test
    void theEventNamesReasonRequestedEarliestAndLatest() {
        SseEvent event = new Reset(Reset.Reason.EVICTED, "2-0", new EventId(4, 2), LATEST).toEvent(POSITION);

        assertThat(event.type()).isEqualTo("stream-reset");
        assertThat(event.id()).isEqualTo("3-0");
        assertThat(event.data())
                .isEqualTo("{\"reason\":\"evicted\",\"requested\":\"2-0\",\"earliest\":\"4-2\",\"latest\":\"9-1\"}");
    }

    @Test
    void earliestIsNullWhereNothingIsRetained() {
        SseEvent event = new Reset(Reset.Reason.LAGGED, "2-0", null, LATEST).toEvent(POSITION);

        assertThat(event.data())
                .isEqualTo("{\"reason\":\"lagged\",\"requested\":\"2-0\",\"earliest\":null,\"latest\":\"9-1\"}");
    }

    @Test
    void whatAStrangerRequestedIsEscaped() {
        SseEvent event = new Reset(Reset.Reason.UNKNOWN, "\"}\\\n\u001f ü", null, LATEST).toEvent(POSITION);

        assertThat(event.data()).contains("\"requested\":\"\\\"}\\\\\\u000a\\u001f ü\"");
    }

    @Test
    void whatAStrangerRequestedIsCutAt256() {
        SseEvent event = new Reset(Reset.Reason.UNKNOWN, "x".repeat(257), null, LATEST).toEvent(POSITION);

        assertThat(event.data()).contains("\"" + "x".repeat(256) + "\"");
    }

    @ParameterizedTest
    @CsvSource({"EVICTED,evicted", "UNKNOWN,unknown", "AHEAD,ahead", "LAGGED,lagged"})
    void theReasonIsWrittenInLowerCase(Reset.Reason reason, String written) {
        SseEvent event = new Reset(reason, "x", null, LATEST).toEvent(POSITION);

        assertThat(event.data()).startsWith("{\"reason\":\"" + written + "\",");
    }
}

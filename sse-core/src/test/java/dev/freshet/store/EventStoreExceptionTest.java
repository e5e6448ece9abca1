package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventStoreExceptionTest {
    @Test
    void itSaysWhetherNothingIsKept() {
        assertThat(new EventStoreException("refused", null, true).isNotKept()).isTrue();
        assertThat(new EventStoreException("cut off", null, false).isNotKept()).isFalse();
    }
}

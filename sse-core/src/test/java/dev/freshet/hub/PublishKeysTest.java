package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishKeysTest {
    @Test
    void theKeysOfAHubAreTwelveRandomBytesAndACount() {
        PublishKeys keys = new PublishKeys();
        String first = keys.next();
        assertThat(first).matches("[0-9a-f]{24}-1");
        assertThat(keys.next()).isEqualTo(first.replace("-1", "-2"));
    }

    @Test
    void twoHubsHaveOtherKeys() {
        assertThat(new PublishKeys().next()).isNotEqualTo(new PublishKeys().next());
    }
}

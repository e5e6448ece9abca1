package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.redis.PositionCheck.Result;
import org.junit.jupiter.api.Test;

class UnreadEntriesTest {
    private final UnreadEntries unread = new UnreadEntries();

    private void check(long added, long length) {
        unread.checked(new Result(new StreamId(added, 0), 0, added, length), false);
    }

    private void reply(int entries) {
        unread.received(entries);
        for (int i = 0; i < entries; i++) {
            unread.delivered();
        }
    }

    @Test
    void atFirstAllThatTheStreamHasIsUnreadAndNotWhatItHadTrimmed() {
        check(500, 100);

        assertThat(unread.count()).isEqualTo(100);
    }

    @Test
    void eachDeliveredEntryIsOneFewer() {
        check(500, 100);
        reply(30);
        assertThat(unread.count()).isEqualTo(70);
        reply(70);
        assertThat(unread.count()).isZero();
    }

    @Test
    void whatWasAddedAfterTheCheckCountsOnceItIsReceivedAndAtTheNextCheck() {
        check(10, 10);
        reply(10);
        unread.received(5);
        assertThat(unread.count()).isEqualTo(5);
        unread.delivered();

        check(20, 20);

        assertThat(unread.count()).isEqualTo(9);
    }

    @Test
    void deletedEntriesCountNoLongerOnceTheTailHasReadTheNewestOfACheck() {
        check(10, 10);
        reply(10);
        check(30, 15); // of the 20 that were added since, 5 are there
        assertThat(unread.count()).as("as many as there can be").isEqualTo(15);
        reply(5);

        unread.reachedChecked();

        assertThat(unread.count()).isZero();
        check(31, 16);
        assertThat(unread.count()).isOne();
    }

    @Test
    void aStreamWithFewerEntriesIsAnotherOneAndUnread() {
        check(100, 100);
        reply(100);

        check(3, 3);

        assertThat(unread.count()).isEqualTo(3);
        unread.checked(new Result(new StreamId(3, 0), 0, 3, 3), true);
        assertThat(unread.count()).isZero();
    }

    @Test
    void lostEntriesThatWereDeliveredCountNoLongerOnceTheTailHasReadTheNewestOfACheck() {
        check(100, 100);
        reply(100);
        check(110, 60); // 50 of the 100 were lost, and 60 are added
        reply(60);

        unread.reachedChecked();

        check(112, 62);
        assertThat(unread.count()).isEqualTo(2);
    }

    @Test
    void aNewestEntryThatIsDeletedIsNotUnreadOnceAllThatFollowsIsRead() {
        check(10, 9);
        reply(8);
        unread.reachedChecked();

        check(10, 9);

        assertThat(unread.count()).isZero();
        check(11, 10);
        assertThat(unread.count()).isOne();
    }
}

#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// Swift cannot call functions with a variable number of arguments. Keys, values and headers are copied by the call, but for
// `headers`, which it takes over when it succeeds.
static inline rd_kafka_resp_err_t crdkafka_produce(
    rd_kafka_t *rk, const char *topic, int32_t partition, const void *key, size_t key_length, const void *value, size_t value_length,
    rd_kafka_headers_t *headers, void *opaque) {
    if (headers)
        return rd_kafka_producev(
            rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(key, key_length), RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_HEADERS(headers),
            RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
    return rd_kafka_producev(
        rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(key, key_length), RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

// Ids of topics came with librdkafka 2.3, and a program that was built with older headers may run with a newer library. So these functions
// are looked up in what was loaded (a null handle: all of it); what they give out is never looked into.
static inline void *crdkafka_find(const char *function) { return dlsym(0, function); }

static inline int crdkafka_describes_topics(void) {
    return crdkafka_find("rd_kafka_TopicDescription_topic_id") && crdkafka_find("rd_kafka_DescribeTopics");
}

// Asks for one topic; the answer comes as an event on `queue`. Only where `crdkafka_describes_topics`.
static inline void crdkafka_describe_topic(
    rd_kafka_t *rk, const char *topic, const rd_kafka_AdminOptions_t *options, rd_kafka_queue_t *queue) {
    void *(*collect)(const char **, size_t) = (void *(*)(const char **, size_t))crdkafka_find("rd_kafka_TopicCollection_of_topic_names");
    void (*release)(void *) = (void (*)(void *))crdkafka_find("rd_kafka_TopicCollection_destroy");
    void (*describe)(rd_kafka_t *, const void *, const rd_kafka_AdminOptions_t *, rd_kafka_queue_t *) =
        (void (*)(rd_kafka_t *, const void *, const rd_kafka_AdminOptions_t *, rd_kafka_queue_t *))crdkafka_find("rd_kafka_DescribeTopics");
    if (!collect || !release || !describe) return;
    void *topics = collect(&topic, 1);
    describe(rk, topics, options, queue);
    release(topics);
}

// The id in such an answer, as text that lives as long as the event; null where the topic is absent or has no id.
static inline const char *crdkafka_described_topic_id(rd_kafka_event_t *event) {
    const void *(*result)(rd_kafka_event_t *) = (const void *(*)(rd_kafka_event_t *))crdkafka_find("rd_kafka_event_DescribeTopics_result");
    const void **(*topics)(const void *, size_t *) =
        (const void **(*)(const void *, size_t *))crdkafka_find("rd_kafka_DescribeTopics_result_topics");
    const rd_kafka_error_t *(*failure)(const void *) =
        (const rd_kafka_error_t *(*)(const void *))crdkafka_find("rd_kafka_TopicDescription_error");
    const void *(*identity)(const void *) = (const void *(*)(const void *))crdkafka_find("rd_kafka_TopicDescription_topic_id");
    const char *(*text)(const void *) = (const char *(*)(const void *))crdkafka_find("rd_kafka_Uuid_base64str");
    if (!result || !topics || !failure || !identity || !text) return 0;
    const void *answer = result(event);
    size_t count = 0;
    const void **described = answer ? topics(answer, &count) : 0;
    if (!described || count != 1) return 0;
    const rd_kafka_error_t *error = failure(described[0]);
    if (error && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
    const void *id = identity(described[0]);
    return id ? text(id) : 0;
}

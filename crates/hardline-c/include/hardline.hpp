// Hardline for C++17: hardline.h with objects that free themselves, std::string_view, and exceptions.
#ifndef HARDLINE_HPP
#define HARDLINE_HPP

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hardline.h"

namespace hardline {

// Text of the library. It is good as long as what it comes from.
inline std::string_view view(hl_str text) {
    return text.data ? std::string_view(text.data, text.length) : std::string_view();
}

// Text for the library. It is good as long as the view.
inline hl_str text(std::string_view view) { return {view.data(), view.size()}; }

// What a call failed with; what() is its message.
class Error : public std::runtime_error {
  public:
    explicit Error(const hl_error &error)
        : std::runtime_error(std::string(view(error.message))), code_(error.code), json_(view(error.json)) {}

    std::uint32_t code() const noexcept { return code_; }
    const std::string &json() const noexcept { return json_; }

  private:
    std::uint32_t code_;
    std::string json_;
};

using Entropy = std::array<std::uint8_t, 32>;
using Headers = std::vector<hl_header>;

// A session and any number of flows. See hardline.h for what each call does; each throws Error if it fails.
class Core {
  public:
    explicit Core(std::string_view config = "{}") : core_(hl_core_new(text(config)), hl_core_free) { check(); }

    std::uint64_t open(std::uint64_t now, std::string_view flow, std::string_view arguments, const Entropy &entropy) {
        return checked(hl_core_open(get(), now, text(flow), text(arguments), entropy.data()));
    }

    std::uint64_t load(std::uint64_t now, std::string_view saved) {
        return checked(hl_core_load(get(), now, text(saved)));
    }

    std::string save(std::uint64_t flow) {
        hl_str saved;
        hl_core_save(get(), flow, &saved);
        return checked(std::string(view(saved)));
    }

    std::string reply(std::uint64_t now, std::uint64_t flow, std::string_view reply) {
        hl_str said;
        hl_core_reply(get(), now, flow, text(reply), &said);
        return checked(std::string(view(said)));
    }

    void retry(std::uint64_t now, std::uint64_t flow) {
        hl_core_retry(get(), now, flow);
        check();
    }

    void cancel(std::uint64_t now, std::uint64_t flow) {
        hl_core_cancel(get(), now, flow);
        check();
    }

    // Good until the next call.
    const hl_output &next(std::uint64_t now) {
        const hl_output *output = hl_core_next(get(), now);
        check();
        return *output;
    }

    // Empty if the flow waits for nobody.
    std::string prompt(std::uint64_t flow) { return checked(std::string(view(hl_core_prompt(get(), flow)))); }

    // Empty if the flow is over.
    std::string state(std::uint64_t flow) { return checked(std::string(view(hl_core_state(get(), flow)))); }

    std::vector<std::uint64_t> flows() {
        const std::uint64_t *ids;
        std::size_t length = hl_core_flows(get(), &ids);
        return checked(std::vector<std::uint64_t>(ids, ids + length));
    }

    std::string session() { return checked(std::string(view(hl_core_session(get())))); }

    void tell_response(std::uint64_t now, std::uint64_t request, std::uint32_t status, const Headers &fields,
                       std::string_view body) {
        hl_core_tell_response(get(), now, request, status, fields.data(), fields.size(), bytes(body));
        check();
    }

    void tell_failed(std::uint64_t now, std::uint64_t request, std::string_view failure, std::string_view message) {
        hl_core_tell_failed(get(), now, request, text(failure), text(message));
        check();
    }

    void tell_timeout(std::uint64_t now) {
        hl_core_tell_timeout(get(), now);
        check();
    }

    void tell_head(std::uint64_t now, std::uint64_t request, std::uint32_t status, const Headers &fields) {
        hl_core_tell_head(get(), now, request, status, fields.data(), fields.size());
        check();
    }

    void tell_progress(std::uint64_t now, std::uint64_t request, std::uint64_t length) {
        hl_core_tell_progress(get(), now, request, length);
        check();
    }

    // The SHA-256 is null or 32 bytes.
    void tell_body_ended(std::uint64_t now, std::uint64_t request, std::uint64_t length,
                         const std::uint8_t *sha256 = nullptr) {
        hl_core_tell_body_ended(get(), now, request, length, sha256);
        check();
    }

    // Good until the next call. A token without data is none.
    const hl_output &encode(std::string_view operation, std::string_view arguments, std::string_view base_url,
                            std::string_view token = {}) {
        const hl_output *request;
        hl_core_encode(get(), text(operation), text(arguments), text(base_url), text(token), &request);
        check();
        return *request;
    }

    std::string decode(std::uint64_t now, std::string_view operation, std::uint32_t status, const Headers &fields,
                       std::string_view body) {
        hl_str done;
        hl_core_decode(get(), now, text(operation), status, fields.data(), fields.size(), bytes(body), &done);
        return checked(std::string(view(done)));
    }

    // For the functions of hardline.h.
    hl_core *get() noexcept { return core_.get(); }

  private:
    static hl_bytes bytes(std::string_view body) {
        return {reinterpret_cast<const std::uint8_t *>(body.data()), body.size()};
    }

    void check() {
        const hl_error *error = hl_core_error(get());
        if (error->code != HL_OK) {
            throw Error(*error);
        }
    }

    template <typename T> T checked(T value) {
        check();
        return value;
    }

    std::unique_ptr<hl_core, void (*)(hl_core *)> core_;
};

} // namespace hardline

#endif

// What matrix-js-sdk's sync loop needs and Node.js has only from version 22 on. Without it the loop stops and says nothing.
Promise.withResolvers ??= function withResolvers() {
    let resolve, reject;
    const promise = new this((one, other) => {
        resolve = one;
        reject = other;
    });
    return { promise, resolve, reject };
};

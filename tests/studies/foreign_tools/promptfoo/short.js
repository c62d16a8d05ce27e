// Answers in a few words.
module.exports = class {
  id() {
    return 'short';
  }
  async callApi() {
    return { output: 'Water.' };
  }
};

// Answers in many words, but for "Say nothing.".
module.exports = class {
  id() {
    return 'long';
  }
  async callApi(prompt) {
    return { output: prompt === 'Say nothing.' ? 'No.' : 'Water that falls from clouds.' };
  }
};

// Chooses the answer about clouds if there is one, else the first.
module.exports = class {
  id() {
    return 'judge';
  }
  async callApi(prompt) {
    return { output: prompt.includes('clouds') ? '1' : '0' };
  }
};
